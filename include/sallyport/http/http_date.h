// Dates in fields (RFC 9110 §5.6.7).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sallyport/base/clock.h"

namespace sallyport::http {

/// "Sun, 06 Nov 1994 08:49:37 GMT", always 29 bytes; fractions of a second are cut.
[[nodiscard]] std::string FormatHttpDate(SystemTime time);

/// Any of the three forms that a recipient must take: as above, "Sunday, 06-Nov-94 08:49:37 GMT"
/// and "Sun Nov  6 08:49:37 1994". The name of the day is not compared. Two digits are the year
/// that is at most 50 years after `now`. nullopt for anything else and for years outside 1970 to
/// 2200.
[[nodiscard]] std::optional<SystemTime> ParseHttpDate(std::string_view text, SystemTime now);

}  // namespace sallyport::http
