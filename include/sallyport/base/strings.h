// Small text helpers. ASCII unless a function says otherwise; locale-free.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sallyport {

[[nodiscard]] constexpr char ToLowerAscii(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}
[[nodiscard]] std::string ToLowerAscii(std::string_view text);
[[nodiscard]] constexpr bool EqualsIgnoreCase(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (ToLowerAscii(a[i]) != ToLowerAscii(b[i])) return false;
  }
  return true;
}
[[nodiscard]] bool StartsWithIgnoreCase(std::string_view text, std::string_view prefix);
/// Strips blanks, tabs, CR and LF from both ends.
[[nodiscard]] std::string_view Trim(std::string_view text);
/// Strips SP and HTAB only (RFC 9110 OWS).
[[nodiscard]] std::string_view TrimOws(std::string_view text);
/// Splits at every `separator`; "" gives one empty part.
[[nodiscard]] std::vector<std::string_view> Split(std::string_view text, char separator);
/// Is `item` in the list, byte for byte?
[[nodiscard]] bool Contains(const std::vector<std::string>& list, std::string_view item);
/// Digits only, no sign, no blanks; nullopt on overflow or any other byte.
[[nodiscard]] std::optional<std::uint64_t> ParseUnsigned(std::string_view text);
/// Is it well-formed UTF-8 (no surrogates, no overlong forms)?
[[nodiscard]] bool IsUtf8(std::string_view text);
/// How many bytes from the start of `text` are well-formed UTF-8.
[[nodiscard]] std::size_t Utf8Prefix(std::string_view text);
/// Appends the UTF-8 of one code point. Precondition: at most 0x10FFFF and no surrogate.
void AppendCodePoint(std::string& out, std::uint32_t code);
/// Lower-cases every Unicode code point (simple folding), for finding without case.
[[nodiscard]] std::string FoldCase(std::string_view utf8);
/// The candidate with the smallest edit distance, "" when none is near (more than a third of the
/// length off).
[[nodiscard]] std::string_view Nearest(std::string_view word,
                                       const std::vector<std::string_view>& candidates);
/// The candidate with the smallest edit distance, however far it is; "" for no candidates.
[[nodiscard]] std::string_view Closest(std::string_view word,
                                       const std::vector<std::string_view>& candidates);

}  // namespace sallyport
