#include "sallyport/base/encoding.h"

#include <array>
#include <cstdint>

namespace sallyport {
namespace {

constexpr std::string_view kStandard =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrlSafe =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void Append(std::string& text, std::string_view bytes, std::string_view alphabet, bool padded) {
  const std::size_t odd = bytes.size() % 3;
  const std::size_t last = odd == 0 ? 0 : padded ? 4 : odd + 1;
  const std::size_t start = text.size();
  text.resize(start + bytes.size() / 3 * 4 + last, '=');
  char* to = text.data() + start;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = (group << 8) | (k < count ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k <= count; ++k) *to++ = alphabet[(group >> (18 - 6 * k)) & 0x3F];
  }
}

std::string Encode(std::string_view bytes, std::string_view alphabet, bool padded) {
  std::string text;
  Append(text, bytes, alphabet, padded);
  return text;
}

constexpr std::uint8_t kNoDigit = 0xFF;
using DigitTable = std::array<std::uint8_t, 256>;

/// The value of each byte: a data URL may be megabytes long, so no search in the alphabet.
constexpr DigitTable DigitsOf(std::string_view alphabet) {
  DigitTable digits{};
  digits.fill(kNoDigit);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    digits[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return digits;
}

constexpr DigitTable kStandardDigits = DigitsOf(kStandard);
constexpr DigitTable kUrlSafeDigits = DigitsOf(kUrlSafe);

std::optional<std::string> Decode(std::string_view text, const DigitTable& digits) {
  const std::size_t unpadded = text.find_last_not_of('=') + 1;
  if (text.size() - unpadded > 2) return std::nullopt;
  // Padding, where it is given, must fill the last group.
  if (unpadded != text.size() && text.size() % 4 != 0) return std::nullopt;
  text = text.substr(0, unpadded);
  if (text.size() % 4 == 1) return std::nullopt;

  std::string bytes;
  bytes.reserve(text.size() * 3 / 4);
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const std::uint8_t value = digits[static_cast<unsigned char>(c)];
    if (value == kNoDigit) return std::nullopt;
    bits = (bits << 6) | value;
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes += static_cast<char>((bits >> count) & 0xFF);
    }
  }
  // Bits left over must be zero, so that one value has one spelling (RFC 4648 section 3.5).
  if ((bits & ((1U << count) - 1)) != 0) return std::nullopt;
  return bytes;
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string Base64Encode(std::string_view bytes) { return Encode(bytes, kStandard, true); }
void AppendBase64(std::string& out, std::string_view bytes) { Append(out, bytes, kStandard, true); }
std::optional<std::string> Base64Decode(std::string_view text) {
  return Decode(text, kStandardDigits);
}
std::string Base64UrlEncode(std::string_view bytes) { return Encode(bytes, kUrlSafe, false); }
std::optional<std::string> Base64UrlDecode(std::string_view text) {
  return Decode(text, kUrlSafeDigits);
}

std::string HexEncode(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text(bytes.size() * 2, '\0');
  char* to = text.data();
  for (const char c : bytes) {
    *to++ = kDigits[static_cast<unsigned char>(c) >> 4];
    *to++ = kDigits[static_cast<unsigned char>(c) & 0x0F];
  }
  return text;
}

std::optional<std::string> HexDecode(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = HexDigit(text[i]);
    const int low = HexDigit(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes += static_cast<char>(high * 16 + low);
  }
  return bytes;
}

}  // namespace sallyport
