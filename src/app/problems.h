// Problems of the configuration as the one line that a start or a reload may write.
#pragma once

#include <string>
#include <vector>

#include "sallyport/config/options.h"

namespace sallyport::app {

/// "a; b; c (sallyport check-config lists them)".
[[nodiscard]] std::string JoinProblems(const std::vector<config::ConfigProblem>& problems);

}  // namespace sallyport::app
