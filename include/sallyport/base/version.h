// The version of this build.
#pragma once

#include <string_view>

namespace sallyport {

/// "0.1.0", from CMakeLists.txt.
[[nodiscard]] std::string_view Version();

}  // namespace sallyport
