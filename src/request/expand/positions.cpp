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

bool IsAlphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

void AppendEscape(std::string& out, char c) {
  const auto byte = static_cast<unsigned char>(c);
  out.append(1, '%').append(1, kHex[byte >> 4]).append(1, kHex[byte & 0x0F]);
}

/// Keeps letters, digits, `marks` and whole escapes, so that none is encoded twice; encodes the
/// rest.
void KeepLegal(std::string& out, std::string_view text, std::string_view marks) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool escape = c == '%' && HexDecode(text.substr(i + 1, 2)).value_or("").size() == 1;
    if (escape || IsAlphanumeric(c) || marks.find(c) != std::string_view::npos) {
      out += c;
    } else {
      AppendEscape(out, c);
    }
  }
}

/// RFC 3986 §3.3.
void PathLiteral(std::string& out, std::string_view text) {
  KeepLegal(out, text, "-._~!$&'()*+,;=:@/");
}

/// RFC 3986 §3.4, and the brackets, which are illegal there but which APIs read bare
/// ("filter[name]=x").
void QueryLiteral(std::string& out, std::string_view text) {
  KeepLegal(out, text, "-._~!$&'()*+,;=:@/?[]");
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
    return IsAlphanumeric(c) || c == '-' || c == '.' || c == '_';
  });
  if (!fits) return "holds what a host name may not (letters, digits, '-', '.' and '_' only)";
  out += text;
  return {};
}

/// WHATWG application/x-www-form-urlencoded: unreserved but '~', and '*'; space is '+'.
void FormLiteral(std::string& out, std::string_view text) {
  for (const char c : text) {
    if (IsAlphanumeric(c) || std::string_view("-._*").find(c) != std::string_view::npos) {
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
  static constexpr PositionRules kQuery{QueryLiteral, PercentValue};
  static constexpr PositionRules kParam{PercentLiteral, PercentValue, true, false};
  static constexpr PositionRules kHeader{Keep, HeaderValue};
  static constexpr PositionRules kCookieField{Keep, CookieValue};
  static constexpr PositionRules kCookie{CookieLiteral, CookieValue, true, false};
  static constexpr PositionRules kForm{FormLiteral, FormValue, true, false};
  static constexpr PositionRules kMultipart{Keep, KeepValue};
  static constexpr PositionRules kRaw{Keep, KeepValue};
  static constexpr PositionRules kXml{Keep, XmlValue};
  switch (position) {
    case Position::kHost:
      return kHost;
    case Position::kPath:
      return kPath;
    case Position::kQuery:
      return kQuery;
    case Position::kParam:
      return kParam;
    case Position::kHeader:
      return kHeader;
    case Position::kCookieField:
      return kCookieField;
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
