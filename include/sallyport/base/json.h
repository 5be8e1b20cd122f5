// JSON as the contract wants it: members in order, duplicates and lone surrogates refused, depth
// bounded.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "sallyport/base/result.h"

namespace sallyport {

/// Keeps the order of members.
using Json = nlohmann::ordered_json;

/// Parses one JSON text (RFC 8259, UTF-8, a BOM is refused). Duplicate members, lone surrogates
/// (\ud800), invalid UTF-8, trailing bytes and nesting deeper than `max_depth` are
/// `malformed_json`; the message says where (line and column).
[[nodiscard]] Result<Json> ParseJson(std::string_view text, std::size_t max_depth = 64);

/// malformed_json: says `what` is wrong at the line and column of byte `offset`; never quotes the
/// text.
[[nodiscard]] Error MalformedJson(std::string_view text, std::size_t offset,
                                  const std::string& what);

/// Never throws: invalid UTF-8 is replaced by U+FFFD.
[[nodiscard]] std::string DumpJson(const Json& value);

/// RFC 6901: escapes one reference token ("a/b" -> "a~1b").
[[nodiscard]] std::string EscapePointerToken(std::string_view token);
/// "/headers/0/name" -> "headers.0.name", the dotted field of an error body.
[[nodiscard]] std::string DottedField(std::string_view pointer);

}  // namespace sallyport
