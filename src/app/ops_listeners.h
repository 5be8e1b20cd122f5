// The sockets of ops_listen, and what a reload that changes them has to open and to close.
#pragma once

#include <vector>

#include "sallyport/net/server.h"

namespace sallyport::app {

struct OpsListener {
  net::Endpoint configured;      ///< as ops_listen has it
  net::Endpoint bound;           ///< with the port that was picked
  std::vector<int> descriptors;  ///< one of each shard, which owns it
};

struct OpsChange {
  std::vector<OpsListener> staying;
  std::vector<net::Endpoint> wanted;  ///< to be opened
  std::vector<OpsListener> leaving;
};

/// Pure. An address that is listed as before keeps its sockets, and so a port that was picked.
[[nodiscard]] OpsChange PlanOpsChange(std::vector<OpsListener> current,
                                      const std::vector<net::Endpoint>& listed);

}  // namespace sallyport::app
