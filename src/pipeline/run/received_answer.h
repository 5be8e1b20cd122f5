// The target's answer as an envelope needs it, after the answer itself is gone.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sallyport/net/upstream.h"

namespace sallyport::pipeline {

struct ReceivedAnswer {
  int status = 0;
  std::string reason;
  std::vector<std::pair<std::string, std::string>> fields;
  std::string content_type;
  std::string body;  ///< decoded; as it came when `left_encoded`
  bool left_encoded = false;
  std::vector<std::string> warnings;
  net::CallTiming timing;
};

}  // namespace sallyport::pipeline
