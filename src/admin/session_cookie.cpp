#include "admin/session_cookie.h"

#include "sallyport/base/strings.h"

namespace sallyport::admin {
namespace {

constexpr std::string_view kPlainName = "sallyport_session";
constexpr std::string_view kHostName = "__Host-sallyport_session";

bool IsHttps(std::string_view public_url) { return StartsWithIgnoreCase(public_url, "https://"); }

std::string Cookie(std::string_view public_url, std::string_view value, long long max_age) {
  std::string cookie = SessionCookieName(public_url);
  cookie += "=";
  cookie += value;
  cookie += "; Path=/; Max-Age=" + std::to_string(max_age) + "; HttpOnly; SameSite=Lax";
  if (IsHttps(public_url)) cookie += "; Secure";
  return cookie;
}

}  // namespace

std::string SessionCookieName(std::string_view public_url) {
  return std::string(IsHttps(public_url) ? kHostName : kPlainName);
}

bool IsSessionCookieName(std::string_view name) { return name == kPlainName || name == kHostName; }

std::string StartCookie(std::string_view public_url, std::string_view token,
                        std::chrono::seconds ttl) {
  return Cookie(public_url, token, ttl.count());
}

std::string EndCookie(std::string_view public_url) { return Cookie(public_url, "", 0); }

}  // namespace sallyport::admin
