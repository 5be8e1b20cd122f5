#include "sallyport/http/url.h"

#include <algorithm>
#include <optional>

#include "http/byte_set.h"
#include "http/percent.h"
#include "http/url_host.h"
#include "sallyport/base/strings.h"

namespace sallyport::http {
namespace {

/// RFC 3986 §3.3: pchar and '/'; '%' is judged apart.
constexpr ByteSet kPathBytes{
    [](unsigned char c) { return IsDigit(c) || IsAlpha(c) || IsOneOf(c, "-._~!$&'()*+,;=:@/"); }};
/// What is sent as it stands in a query: RFC 3986 §3.4, and the brackets, which are illegal there
/// but which APIs read bare ("filter[name]=x").
constexpr ByteSet kQueryBytes{[](unsigned char c) {
  return IsDigit(c) || IsAlpha(c) || IsOneOf(c, "-._~!$&'()*+,;=:@/?[]");
}};
constexpr ByteSet kControlBytes{[](unsigned char c) { return c < 0x20 || c == 0x7F; }};

Error Wrong(std::string_view what) {
  return Error(ErrorKind::kValidationFailed, ErrorSource::kCaller, std::string(what));
}

std::uint16_t DefaultPort(std::string_view scheme) { return scheme == "https" ? 443 : 80; }

/// Takes "http://" or "https://" off the front; "" when neither stands there.
std::string TakeScheme(std::string_view& text) {
  for (const std::string_view scheme : {"https", "http"}) {
    if (!StartsWithIgnoreCase(text, scheme)) continue;
    if (text.substr(scheme.size(), 3) != "://") continue;
    text.remove_prefix(scheme.size() + 3);
    return std::string(scheme);
  }
  return "";
}

/// An empty port after ':' is the default one (RFC 3986 §6.2.3).
std::optional<std::uint16_t> ReadPort(std::string_view digits, std::string_view scheme) {
  if (digits.empty()) return DefaultPort(scheme);
  const std::optional<std::uint64_t> port = ParseUnsigned(digits);
  if (!port || *port == 0 || *port > 65535) return std::nullopt;
  return static_cast<std::uint16_t>(*port);
}

Result<Origin> ReadAuthority(std::string scheme, std::string_view authority) {
  if (authority.find('@') != std::string_view::npos) {
    return Wrong("must not hold a user name or password before '@'; put credentials into auth");
  }
  const bool bracketed = authority.starts_with('[');
  const std::size_t bracket = authority.find(']');
  if (bracketed && bracket == std::string_view::npos) return Wrong("lacks the ']' of its host");
  const std::size_t colon = authority.find(':', bracketed ? bracket : 0);
  const std::string_view host_text = authority.substr(0, colon);

  Origin origin;
  Result<std::string> host = ReadUrlHost(host_text);
  if (!host) return std::move(host).error();
  origin.host = *std::move(host);

  const std::string_view port_text =
      colon == std::string_view::npos ? std::string_view() : authority.substr(colon + 1);
  const std::optional<std::uint16_t> port = ReadPort(port_text, scheme);
  if (!port) return Wrong("has a port that is no number from 1 to 65535");
  origin.port = *port;
  origin.scheme = std::move(scheme);
  return origin;
}

/// What no part of a URL may hold, and nobody should have to guess about.
std::optional<Error> JudgeBytes(std::string_view text) {
  if (text.empty()) return Wrong("is empty; give an absolute http:// or https:// URL");
  if (std::any_of(text.begin(), text.end(), [](char c) { return kControlBytes.Has(c); })) {
    return Wrong("holds a control byte (tab, line break, ...)");
  }
  if (text.find('#') != std::string_view::npos) {
    return Wrong("must not have a fragment ('#...'); a literal # is %23");
  }
  return std::nullopt;
}

}  // namespace

std::string Origin::HostField() const {
  std::string text = host.find(':') == std::string::npos ? host : "[" + host + "]";
  if (port != DefaultPort(scheme)) text += ":" + std::to_string(port);
  return text;
}

std::string Origin::ToString() const { return scheme + "://" + HostField(); }

std::string Url::ToString() const {
  std::string text = origin.ToString() + path;
  if (!query.empty()) text += "?" + query;
  return text;
}

Result<Url> ParseUrl(std::string_view text) {
  text = Trim(text);
  if (std::optional<Error> error = JudgeBytes(text)) return *std::move(error);
  std::string scheme = TakeScheme(text);
  if (scheme.empty()) return Wrong("must be an absolute URL that starts with http:// or https://");

  const std::size_t query_mark = text.find('?');
  const std::string_view before_query = text.substr(0, query_mark);
  if (before_query.find('\\') != std::string_view::npos) {
    return Wrong("must not hold a backslash; a literal one is %5C");
  }
  const std::size_t authority_end = std::min(before_query.find('/'), before_query.size());

  Url url;
  Result<Origin> origin = ReadAuthority(std::move(scheme), before_query.substr(0, authority_end));
  if (!origin) return std::move(origin).error();
  url.origin = *std::move(origin);

  url.path = PercentRepair(before_query.substr(authority_end), kPathBytes);
  if (url.path.empty()) url.path = "/";
  if (LeavesItsPlace(url.path)) {
    return Wrong("must not hold '.' or '..' segments, slashes or backslashes in disguise included");
  }
  if (query_mark != std::string_view::npos) {
    url.query = PercentRepair(text.substr(query_mark + 1), kQueryBytes);
  }
  return url;
}

Result<Origin> ParseOrigin(std::string_view text) {
  Result<Url> url = ParseUrl(text);
  if (!url) return std::move(url).error();
  if (url->path != "/" || text.find('?') != std::string_view::npos) {
    return Wrong("must be scheme://host[:port] only, without path or query");
  }
  return std::move(url->origin);
}

}  // namespace sallyport::http
