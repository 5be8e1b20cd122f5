// Talks to a running gateway through its control socket. Blocking: for the command line only.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "sallyport/base/result.h"

namespace sallyport::app {

/// {data_dir}/control.sock: only the owner of the data directory can reach it, so it needs no key.
[[nodiscard]] std::string ControlSocketPath(const std::string& data_dir);

struct ControlAnswer {
  int status = 0;
  std::string body;
};

/// nullopt when no gateway listens there. Errors: one that listens but does not answer properly, or
/// sends nothing for as long as `patience`.
[[nodiscard]] Result<std::optional<ControlAnswer>> CallControl(const std::string& data_dir,
                                                               const std::string& method,
                                                               const std::string& target,
                                                               const std::string& json_body,
                                                               std::chrono::seconds patience);

}  // namespace sallyport::app
