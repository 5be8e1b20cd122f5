#include "http/percent.h"

#include "sallyport/http/url.h"

namespace sallyport::http {
namespace {

void AppendEscape(char byte, std::string& out) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  const auto value = static_cast<unsigned char>(byte);
  out += '%';
  out += kHex[value >> 4];
  out += kHex[value & 0x0F];
}

char EscapedByte(std::string_view text, std::size_t at) {
  return static_cast<char>(HexValue(text[at + 1]) << 4 | HexValue(text[at + 2]));
}

enum class Plus : std::uint8_t { kKept, kBlank };

std::string Decode(std::string_view text, Plus plus) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (IsEscapeAt(text, i)) {
      out += EscapedByte(text, i);
      i += 2;
    } else {
      out += plus == Plus::kBlank && text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

}  // namespace

bool IsEscapeAt(std::string_view text, std::size_t at) {
  return text[at] == '%' && text.size() - at > 2 && HexValue(text[at + 1]) >= 0 &&
         HexValue(text[at + 2]) >= 0;
}

std::string PercentEncodeExcept(std::string_view text, const ByteSet& kept) {
  std::string out;
  out.reserve(text.size());
  for (const char byte : text) {
    if (kept.Has(byte)) {
      out += byte;
    } else {
      AppendEscape(byte, out);
    }
  }
  return out;
}

std::string PercentRepair(std::string_view text, const ByteSet& kept) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (kept.Has(text[i]) || IsEscapeAt(text, i)) {
      out += text[i];
    } else {
      AppendEscape(text[i], out);
    }
  }
  return out;
}

std::string PercentEncode(std::string_view text) {
  return PercentEncodeExcept(text, kUnreservedBytes);
}

std::string PercentDecode(std::string_view text) { return Decode(text, Plus::kKept); }

std::string FormDecode(std::string_view text) { return Decode(text, Plus::kBlank); }

}  // namespace sallyport::http
