// Which bytes may stand where: one table lookup per byte.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sallyport/base/eight_bytes.h"

namespace sallyport::http {

/// A set of byte values, made at compile time from a predicate over 0..255.
class ByteSet {
 public:
  template <typename Predicate>
  constexpr explicit ByteSet(Predicate holds) {
    for (std::size_t i = 0; i < member_.size(); ++i) {
      member_[i] = holds(static_cast<unsigned char>(i));
    }
  }
  [[nodiscard]] constexpr bool Has(char byte) const {
    return member_[static_cast<unsigned char>(byte)];
  }
  [[nodiscard]] constexpr bool HasAll(std::string_view text) const {
    for (const char byte : text) {
      if (!Has(byte)) return false;
    }
    return true;
  }

 private:
  std::array<bool, 256> member_{};
};

constexpr bool IsDigit(unsigned char c) { return c >= '0' && c <= '9'; }
constexpr bool IsAlpha(unsigned char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool IsOneOf(unsigned char c, std::string_view set) {
  return set.find(static_cast<char>(c)) != std::string_view::npos;
}

/// RFC 9110 §5.6.2.
inline constexpr ByteSet kTokenBytes{
    [](unsigned char c) { return IsDigit(c) || IsAlpha(c) || IsOneOf(c, "!#$%&'*+-.^_`|~"); }};
/// RFC 9110 §5.5: HTAB, SP, VCHAR, obs-text.
inline constexpr ByteSet kValueBytes{
    [](unsigned char c) { return c == '\t' || (c >= 0x20 && c != 0x7F); }};
inline constexpr ByteSet kVisibleBytes{[](unsigned char c) { return c >= 0x21 && c <= 0x7E; }};
inline constexpr ByteSet kTargetBytes{
    [](unsigned char c) { return c >= 0x21 && c <= 0x7E && c != '#'; }};
inline constexpr ByteSet kDigits{[](unsigned char c) { return IsDigit(c); }};
/// RFC 3986 §2.3.
inline constexpr ByteSet kUnreservedBytes{
    [](unsigned char c) { return IsDigit(c) || IsAlpha(c) || IsOneOf(c, "-._~"); }};
/// RFC 6265 §4.1.1.
inline constexpr ByteSet kCookieOctets{
    [](unsigned char c) { return c >= 0x21 && c <= 0x7E && !IsOneOf(c, "\",;\\"); }};

/// Are these eight bytes all of a field value? No byte below 0x20 and none equal to 0x7F. False for
/// a tab too: the table judges that one.
inline bool AreEightValueBytes(const char* bytes) {
  const std::uint64_t word = LoadEight(bytes);
  return (BytesBelow(word, 0x20) | BytesEqual(word, 0x7F)) == 0;
}

/// The value of a hex digit of either case, -1 for any other byte.
constexpr int HexValue(char byte) {
  if (byte >= '0' && byte <= '9') return byte - '0';
  if (byte >= 'a' && byte <= 'f') return byte - 'a' + 10;
  if (byte >= 'A' && byte <= 'F') return byte - 'A' + 10;
  return -1;
}

/// Is `name` the token `lower_case` ([a-z-] only) but for case? Precondition: `name` is a token, so
/// that setting bit 5 maps nothing but the capital onto a letter and nothing but '-' onto '-'.
constexpr bool IsNamed(std::string_view name, std::string_view lower_case) {
  if (name.size() != lower_case.size()) return false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if ((name[i] | 0x20) != lower_case[i]) return false;
  }
  return true;
}

}  // namespace sallyport::http
