// Where a browser, and the message to its opener, may go after a login: nowhere that the
// configuration does not name.
#include <algorithm>

#include "sallyport/oauth/authorization.h"

namespace sallyport::oauth {
namespace {

constexpr std::size_t kMaxReturnTo = 8192;

Error Refuse(const std::string& member, const std::string& message) {
  return Error(ErrorKind::kValidationFailed, ErrorSource::kCaller, member + " " + message)
      .WithViolation({"/" + member, "format", message});
}

bool IsAlphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// Browsers drop or turn these silently, so nobody means them.
bool HasMisleadingByte(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F || c == '\\';
  });
}

bool IsListed(const http::Origin& origin, std::string_view public_url,
              const std::vector<std::string>& allowed) {
  const Result<http::Url> own = http::ParseUrl(public_url);
  if (own && own->origin == origin) return true;
  return std::any_of(allowed.begin(), allowed.end(), [&](const std::string& text) {
    const Result<http::Origin> listed = http::ParseOrigin(text);
    return listed && *listed == origin;
  });
}

/// RFC 3986 §3.5: frontends keep their place in it.
std::string EncodeFragment(std::string_view fragment) {
  std::string out;
  for (std::size_t i = 0; i < fragment.size(); ++i) {
    const std::string_view byte = fragment.substr(i, 1);
    const bool kept = IsAlphanumeric(byte.front()) ||
                      std::string_view("-._~!$&'()*+,;=:@/?%").find(byte) != std::string_view::npos;
    out += kept ? std::string(byte) : http::PercentEncode(byte);
  }
  return out;
}

}  // namespace

Result<std::string> JudgeReturnTo(std::string_view return_to, std::string_view public_url,
                                  const std::vector<std::string>& allowed) {
  const std::string name = "return_to";
  if (HasMisleadingByte(return_to)) {
    return Refuse(name, "must not hold blanks, control bytes or backslashes");
  }
  if (return_to.size() > kMaxReturnTo) return Refuse(name, "must be 8192 bytes long at most");
  std::string text(return_to);
  if (text.starts_with('/')) {
    if (text.size() < 2 || !IsAlphanumeric(text[1])) {
      return Refuse(name, "must go on with a letter or digit after its first '/'");
    }
    while (public_url.ends_with('/')) public_url.remove_suffix(1);
    text.insert(0, public_url);
  }
  const std::size_t hash = std::min(text.find('#'), text.size());
  const Result<http::Url> url = http::ParseUrl(std::string_view(text).substr(0, hash));
  if (!url) return Refuse(name, url.error().message());
  if (!IsListed(url->origin, public_url, allowed)) {
    return Refuse(name,
                  "must be a path such as /app, or a URL of an origin that cors.origins lists or "
                  "of public_url");
  }
  std::string judged = url->ToString();
  if (hash < text.size()) judged += "#" + EncodeFragment(std::string_view(text).substr(hash + 1));
  return judged;
}

Result<std::string> MessageOrigin(const std::optional<std::string>& asked,
                                  std::string_view caller_origin, std::string_view public_url,
                                  const std::vector<std::string>& allowed) {
  if (asked) {
    const Result<http::Origin> origin = http::ParseOrigin(*asked);
    if (!origin) return Refuse("origin", origin.error().message());
    if (!IsListed(*origin, public_url, allowed)) {
      return Refuse("origin", "must be one that cors.origins lists, or that of public_url");
    }
    return origin->ToString();
  }
  const Result<http::Origin> caller = http::ParseOrigin(caller_origin);
  if (caller && IsListed(*caller, public_url, allowed)) return caller->ToString();
  if (allowed.size() == 1) {
    if (const Result<http::Origin> only = http::ParseOrigin(allowed.front())) {
      return only->ToString();
    }
  }
  const Result<http::Url> own = http::ParseUrl(public_url);
  return own ? own->origin.ToString() : std::string(public_url);
}

}  // namespace sallyport::oauth
