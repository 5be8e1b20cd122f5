#include "sallyport/oauth/login_cookie.h"

#include "oauth/timed_table.h"
#include "sallyport/base/encoding.h"
#include "sallyport/base/strings.h"
#include "sallyport/http/cookie.h"
#include "sallyport/oauth/logins.h"
#include "sallyport/request/proxy_request.h"

namespace sallyport::oauth {
namespace {

constexpr std::string_view kName = request::kLoginCookiePrefix;
constexpr std::string_view kHostPrefix = "__Host-";
constexpr std::size_t kDigestBytes = 8;

bool IsHttps(std::string_view public_url) { return StartsWithIgnoreCase(public_url, "https://"); }

/// __Host- asks for Path=/.
std::string Cookie(std::string_view public_url, std::string_view state, std::string_view value,
                   std::chrono::seconds age) {
  std::string cookie = LoginCookieName(public_url, state);
  cookie.append("=").append(value);
  cookie += "; Path=/; Max-Age=" + std::to_string(age.count()) + "; HttpOnly; SameSite=Lax";
  if (IsHttps(public_url)) cookie += "; Secure";
  return cookie;
}

}  // namespace

std::string LoginCookieName(std::string_view public_url, std::string_view state) {
  std::string name(IsHttps(public_url) ? kHostPrefix : "");
  name.append(kName).append(HexEncode(DigestOf(state).substr(0, kDigestBytes)));
  return name;
}

bool IsLoginCookieName(std::string_view name) {
  if (name.starts_with(kHostPrefix)) name.remove_prefix(kHostPrefix.size());
  return name.starts_with(kName);
}

std::string BindBrowser(std::string_view public_url, std::string_view state,
                        std::string_view browser_secret) {
  return Cookie(public_url, state, browser_secret, kStateLifetime);
}

std::string UnbindBrowser(std::string_view public_url, std::string_view state) {
  return Cookie(public_url, state, "", std::chrono::seconds(0));
}

std::vector<std::string> BrowserSecrets(const std::vector<std::string_view>& cookie_fields) {
  std::vector<std::string> secrets;
  for (const std::string_view field : cookie_fields) {
    for (const http::CookiePair& cookie : http::ParseCookies(field)) {
      if (IsLoginCookieName(cookie.name)) secrets.emplace_back(cookie.value);
    }
  }
  return secrets;
}

}  // namespace sallyport::oauth
