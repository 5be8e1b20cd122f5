// Text of a provider made fit to show: in a page, an error, a log line, the database.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sallyport/base/secret.h"

namespace sallyport::oauth {

/// Characters of a reason at most.
inline constexpr std::size_t kReasonLength = 200;

/// Masks every one of `secrets` (of 4 bytes or more) and whatever else looks like a token: a run of
/// 16 or more bytes of a token's alphabet with a digit in it, or of 32 and more. Then keeps
/// printable characters only (blanks collapse, other bytes become '?') and cuts.
[[nodiscard]] std::string CleanReason(std::string_view text, const std::vector<Secret>& secrets);

}  // namespace sallyport::oauth
