#include "request/expand/positions.h"

#include <algorithm>

#include "sallyport/base/encoding.h"
#include "sallyport/base/strings.h"
#include "sallyport/http/cookie.h"
#include "sallyport/http/field_lines.h"
#include "sallyport/http/url.h"

namespace sallyport::request {
namespace {

constexpr std::string_view kHex = "0123456789ABCDEF";

void Keep(std::string& out, std::string_view text) { out += text; }

std::string_view KeepValue(std::string& out, std::string_view text) {
  out += text;
  return {};
}

/// RFC 3986 §3.3: what a path may hold as it stands; '%' so that an escape is not encoded twice.
bool IsPathByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._~!$&'()*+,;=:@/%").find(c) != std::string_view::npos;
}

void AppendEscape(std::string& out, char c) {
  const auto byte = static_cast<unsigned char>(c);
  out.append(1, '%').append(1, kHex[byte >> 4]).append(1, kHex[byte & 0x0F]);
}

void PathLiteral(std::string& out, std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && HexDecode(text.substr(i + 1, 2)).value_or("").size() == 1;
    if (text[i] == '%' ? escape : IsPathByte(text[i])) {
      out += text[i];
    } else {
      AppendEscape(out, text[i]);
    }
  }
}

std::string_view PathValue(std::string& out, std::string_view text) {
  if (text.empty()) return "is empty, which would change the path";
  if (text == "." || text == "..") return "is a dot segment, which would change the path";
  out += http::PercentEncode(text);
  return {};
}

void PercentLiteral(std::string& out, std::string_view text) { out += http::PercentEncode(text); }

std::string_view PercentValue(std::string& out, std::string_view text) {
  out += http::PercentEncode(text);
  return {};
}

std::string_view HeaderValue(std::string& out, std::string_view text) {
  if (!http::IsFieldValue(text)) return "holds a control byte, which a header may not";
  if (!IsUtf8(text)) return "is not UTF-8";
  out += text;
  return {};
}

void CookieLiteral(std::string& out, std::string_view text) {
  out += http::EncodeCookieValue(text);
}

std::string_view CookieValue(std::string& out, std::string_view text) {
  out += http::EncodeCookieValue(text);
  return {};
}

std::string_view HostValue(std::string& out, std::string_view text) {
  const bool fits = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_';
  });
  if (!fits) return "holds what a host name may not (letters, digits, '-', '.' and '_' only)";
  out += text;
  return {};
}

/// WHATWG application/x-www-form-urlencoded: unreserved but '~', and '*'; space is '+'.
void FormLiteral(std::string& out, std::string_view text) {
  for (const char c : text) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
        std::string_view("-._*").find(c) != std::string_view::npos) {
      out += c;
    } else if (c == ' ') {
      out += '+';
    } else {
      AppendEscape(out, c);
    }
  }
}

std::string_view FormValue(std::string& out, std::string_view text) {
  FormLiteral(out, text);
  return {};
}

std::string_view XmlValue(std::string& out, std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    // XML 1.0 §2.2 has no way to write these.
    if (byte < 0x20 && c != '\t' && c != '\n' && c != '\r')
      return "holds a control byte, which XML may not";
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&apos;";
        break;
      default:
        out += c;
    }
  }
  return {};
}

}  // namespace

const PositionRules& RulesOf(Position position) {
  static constexpr PositionRules kHost{Keep, HostValue, false};
  static constexpr PositionRules kPath{PathLiteral, PathValue, false};
  static constexpr PositionRules kParam{PercentLiteral, PercentValue, true};
  static constexpr PositionRules kHeader{Keep, HeaderValue, true};
  static constexpr PositionRules kCookie{CookieLiteral, CookieValue, true};
  static constexpr PositionRules kForm{FormLiteral, FormValue, true};
  static constexpr PositionRules kMultipart{Keep, KeepValue, true};
  static constexpr PositionRules kRaw{Keep, KeepValue, true};
  static constexpr PositionRules kXml{Keep, XmlValue, true};
  switch (position) {
    case Position::kHost:
      return kHost;
    case Position::kPath:
      return kPath;
    case Position::kParam:
      return kParam;
    case Position::kHeader:
      return kHeader;
    case Position::kCookie:
      return kCookie;
    case Position::kForm:
      return kForm;
    case Position::kMultipart:
      return kMultipart;
    case Position::kRaw:
      return kRaw;
    case Position::kXml:
      return kXml;
  }
  return kRaw;
}

}  // namespace sallyport::request
