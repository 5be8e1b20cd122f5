// Reads application/x-www-form-urlencoded text in tests, by itself: what the gateway writes must be
// what others read.
#pragma once

#include <string>
#include <string_view>

namespace sallyport::test {

/// '+' and %XX decoded.
[[nodiscard]] std::string FormDecoded(std::string_view text);
/// The first value of that name, decoded; "" when there is none.
[[nodiscard]] std::string FormMember(std::string_view form, std::string_view name);

}  // namespace sallyport::test
