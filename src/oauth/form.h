// application/x-www-form-urlencoded, as RFC 6749 appendix B wants it.
#pragma once

#include <string>
#include <string_view>

#include "sallyport/base/json.h"

namespace sallyport::oauth {

/// Keeps letters, digits and "*-._", blank as '+', all else as %XX.
[[nodiscard]] std::string FormEncode(std::string_view text);

/// The pairs of a form as an object of strings; of a repeated name the first counts.
[[nodiscard]] Json ReadForm(std::string_view text);

}  // namespace sallyport::oauth
