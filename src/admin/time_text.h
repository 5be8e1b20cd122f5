// Times of callers.
#pragma once

#include <optional>
#include <string_view>

#include "sallyport/base/clock.h"

namespace sallyport::admin {

/// RFC 3339 date-time, with `Z` or an offset; digits beyond milliseconds are cut. nullopt for
/// anything else, and for days that no calendar has.
[[nodiscard]] std::optional<SystemTime> ParseTime(std::string_view text);

}  // namespace sallyport::admin
