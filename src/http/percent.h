// Percent-encoding with a chosen set of bytes that stay.
#pragma once

#include <string>
#include <string_view>

#include "http/byte_set.h"

namespace sallyport::http {

/// Encodes every byte outside `kept` as %XX, upper case.
[[nodiscard]] std::string PercentEncodeExcept(std::string_view text, const ByteSet& kept);

/// Like PercentEncodeExcept, but "%XX" stays as it is ('%' itself must not be in `kept`): a lone
/// '%' becomes "%25", "%25" stays "%25".
[[nodiscard]] std::string PercentRepair(std::string_view text, const ByteSet& kept);

/// Does a well-formed escape start at `at`?
[[nodiscard]] bool IsEscapeAt(std::string_view text, std::size_t at);

}  // namespace sallyport::http
