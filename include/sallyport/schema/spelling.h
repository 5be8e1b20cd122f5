// Numbers whose spelling a Json tree cannot keep: 1.10, 1E400, integers of more than 64 bits.
#pragma once

#include <string>
#include <string_view>

#include "sallyport/base/json.h"

namespace sallyport::schema {

/// `digits` must be a JSON number. When a Json number would be written differently, the result is a
/// Json binary value that holds the digits: no JSON text makes one, so that nothing else in a tree
/// that was read is mistaken for it. Merging, comparing and copying a tree treat it as a scalar.
[[nodiscard]] Json SpelledNumber(std::string_view digits);
[[nodiscard]] bool IsSpelledNumber(const Json& value);
/// A spelled number as the nearest Json number (infinite when it is out of range); else the value.
[[nodiscard]] Json WithoutSpelling(const Json& value);

/// DumpJson for a tree that may hold spelled numbers.
[[nodiscard]] std::string DumpSpelled(const Json& tree);

}  // namespace sallyport::schema
