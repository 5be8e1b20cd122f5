// The cookie that binds a sign-in to the browser it was started in: one per sign-in, so that two at
// once do not overwrite each other. Text only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sallyport::oauth {

/// "sallyport_login_" and 16 hex digits of the state's digest; "__Host-" before it when public_url
/// is https, so that no other host of the domain can plant one.
[[nodiscard]] std::string LoginCookieName(std::string_view public_url, std::string_view state);

/// Is it a name of such a cookie, of either form? They are for nobody but the callback.
[[nodiscard]] bool IsLoginCookieName(std::string_view name);

/// The Set-Cookie value that binds the browser: HttpOnly, SameSite=Lax (the provider's redirect
/// back is a navigation from another site), Secure over https, as long as the state lives.
[[nodiscard]] std::string BindBrowser(std::string_view public_url, std::string_view state,
                                      std::string_view browser_secret);
/// The one that removes it again.
[[nodiscard]] std::string UnbindBrowser(std::string_view public_url, std::string_view state);

/// The secrets of all such cookies in the values of Cookie fields, for Logins::Take.
[[nodiscard]] std::vector<std::string> BrowserSecrets(
    const std::vector<std::string_view>& cookie_fields);

}  // namespace sallyport::oauth
