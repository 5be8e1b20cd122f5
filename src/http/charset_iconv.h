// The C library's conversion of charsets.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sallyport::http {

/// `text` as UTF-8; nullopt when iconv(3) does not know `charset`, or the bytes are not of it. Safe
/// for a name from anyone: only letters, digits and "-_:.+" are passed on, so that no option of
/// iconv ("//TRANSLIT") and no path can be in it.
[[nodiscard]] std::optional<std::string> ConvertToUtf8(std::string_view text,
                                                       std::string_view charset);

}  // namespace sallyport::http
