// The cookie that carries a session's token.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace sallyport::admin {

/// "sallyport_session"; with the prefix __Host- when public_url is https.
[[nodiscard]] std::string SessionCookieName(std::string_view public_url);
/// Either of the two names.
[[nodiscard]] bool IsSessionCookieName(std::string_view name);

/// The Set-Cookie value that starts a session: HttpOnly, SameSite=Lax, Secure over https.
[[nodiscard]] std::string StartCookie(std::string_view public_url, std::string_view token,
                                      std::chrono::seconds ttl);
/// The one that ends it in the browser.
[[nodiscard]] std::string EndCookie(std::string_view public_url);

}  // namespace sallyport::admin
