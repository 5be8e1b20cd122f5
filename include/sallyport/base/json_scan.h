// Validates JSON without building anything, so that foreign bytes can be embedded unchanged (number
// spelling, order of members, big integers).
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace sallyport {

struct JsonFlaw {
  std::size_t offset = 0;        ///< of the first byte that cannot be right
  std::string_view description;  ///< "a value is missing", never quotes the text
};

/// nullopt when `text` is exactly one JSON value by the grammar of RFC 8259, in well-formed UTF-8,
/// nested at most `max_depth` deep. Escapes of lone surrogates and duplicate members pass: the
/// grammar allows both, and the bytes go on as they are. Linear time, constant stack, no
/// allocation.
[[nodiscard]] std::optional<JsonFlaw> ScanJson(std::string_view text, std::size_t max_depth);

/// How many bytes from the start of `text` stand in a JSON string as they are: all before the first
/// quote, backslash or control character (RFC 8259 §7). Whether they are UTF-8 is not looked at.
[[nodiscard]] std::size_t PlainJsonPrefix(std::string_view text);

}  // namespace sallyport
