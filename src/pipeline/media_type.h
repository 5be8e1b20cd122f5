// Is a request body said to be JSON?
#pragma once

#include <string_view>

namespace sallyport::pipeline {

/// "application/json" or "application/*+json", parameters and case aside. A body without
/// Content-Type is taken for JSON: the parser judges it.
[[nodiscard]] bool IsJson(std::string_view content_type);

}  // namespace sallyport::pipeline
