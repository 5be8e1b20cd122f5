#include "sallyport/http/charset.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>

#include "http/charset_iconv.h"
#include "sallyport/base/strings.h"

namespace sallyport::http {
namespace {

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";
constexpr std::string_view kLittleEndianMark = "\xFF\xFE";
constexpr std::string_view kBigEndianMark = "\xFE\xFF";

enum class ByteOrder { kLittle, kBig };

bool IsAnyOf(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string_view WithoutMark(std::string_view text, std::string_view mark) {
  return text.starts_with(mark) ? text.substr(mark.size()) : text;
}

std::optional<std::string> FromUtf16(std::string_view text, ByteOrder order) {
  if (text.size() % 2 != 0) return std::nullopt;
  const auto unit_at = [&](std::size_t at) {
    const auto first = static_cast<unsigned char>(text[at]);
    const auto second = static_cast<unsigned char>(text[at + 1]);
    return order == ByteOrder::kLittle ? static_cast<std::uint32_t>(first | second << 8)
                                       : static_cast<std::uint32_t>(first << 8 | second);
  };
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); at += 2) {
    std::uint32_t code = unit_at(at);
    if (code >= 0xD800 && code < 0xE000) {
      at += 2;
      if (code >= 0xDC00 || at >= text.size()) return std::nullopt;
      const std::uint32_t low = unit_at(at);
      if (low < 0xDC00 || low >= 0xE000) return std::nullopt;
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }
    AppendCodePoint(out, code);
  }
  return out;
}

/// 0x80 to 0x9F as WHATWG has them: the five that Microsoft left open are control characters.
std::string FromWindows1252(std::string_view text) {
  constexpr std::array<std::uint16_t, 32> kUpper = {
      0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
      0x2039, 0x0152, 0x008D, 0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
      0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178};
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    AppendCodePoint(out, byte >= 0x80 && byte < 0xA0 ? kUpper[byte - 0x80] : byte);
  }
  return out;
}

bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

std::string Latin1ToUtf8(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  for (const char c : text) AppendCodePoint(out, static_cast<unsigned char>(c));
  return out;
}

std::string_view CharsetOfMark(std::string_view text) {
  if (text.starts_with(kUtf8Mark)) return "utf-8";
  if (text.starts_with(kLittleEndianMark)) return "utf-16le";
  if (text.starts_with(kBigEndianMark)) return "utf-16be";
  return "";
}

std::optional<std::string> ToUtf8(std::string_view text, std::string_view charset) {
  const std::string name = ToLowerAscii(charset);
  if (IsAnyOf(name, {"utf-8", "utf8"})) {
    text = WithoutMark(text, kUtf8Mark);
    return IsUtf8(text) ? std::optional<std::string>(text) : std::nullopt;
  }
  if (IsAnyOf(name, {"us-ascii", "ascii"})) {
    return IsAscii(text) ? std::optional<std::string>(text) : std::nullopt;
  }
  if (IsAnyOf(name, {"iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "latin-1", "l1"})) {
    return Latin1ToUtf8(text);
  }
  if (IsAnyOf(name, {"windows-1252", "cp1252"})) return FromWindows1252(text);
  if (name == "utf-16" || name == "utf16") {
    const bool big = text.starts_with(kBigEndianMark);
    text = WithoutMark(text, big ? kBigEndianMark : kLittleEndianMark);
    return FromUtf16(text, big ? ByteOrder::kBig : ByteOrder::kLittle);
  }
  if (name == "utf-16le") {
    return FromUtf16(WithoutMark(text, kLittleEndianMark), ByteOrder::kLittle);
  }
  if (name == "utf-16be") return FromUtf16(WithoutMark(text, kBigEndianMark), ByteOrder::kBig);

  std::optional<std::string> converted = ConvertToUtf8(text, name);
  if (converted && converted->starts_with(kUtf8Mark)) converted->erase(0, kUtf8Mark.size());
  return converted;
}

}  // namespace sallyport::http
