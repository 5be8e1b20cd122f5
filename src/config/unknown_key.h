// What to say of a key that does not exist.
#pragma once

#include <string>
#include <string_view>

namespace sallyport::config {

/// "unknown key "limit.x"; the nearest known one is "limits.x"": always one of its section.
[[nodiscard]] std::string UnknownKeyMessage(const std::string& path);
[[nodiscard]] std::string UnknownKeyMessage(const std::string& path, std::string_view nearest);

}  // namespace sallyport::config
