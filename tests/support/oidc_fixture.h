// A running gateway and an OpenID provider with an API behind it: resources, users, browsers,
// sign-ins.
#pragma once

#include <string>
#include <vector>

#include "support/browser.h"
#include "support/oidc_provider.h"
#include "support/query_fixture.h"

namespace sallyport::test {

/// Who calls: the fields that say so.
using Caller = HeaderList;

class OidcFixture : public QueryFixture {
 protected:
  /// `config` beside what loopback needs. public_url is the address that it listens on.
  void StartGateway(const std::string& config = "");
  /// SIGTERM, then the same data directory again, on another port.
  void RestartGateway();

  /// Authorization code with a refresh token, client "basic", endpoints by discovery; `changes` are
  /// merged into it.
  [[nodiscard]] TestJson CodeAuth(const TestJson& changes = TestJson::object()) const;
  /// The same with all URLs instead of the issuer.
  [[nodiscard]] TestJson ExplicitAuth(const TestJson& changes = TestJson::object()) const;
  [[nodiscard]] TestJson ClientCredentials(const TestJson& changes = TestJson::object()) const;
  /// What makes tokens last for a second as far as the gateway knows, so that it refreshes after
  /// half of it. The provider takes them for longer, so that no test is a race.
  [[nodiscard]] static TestJson ShortLived(const TestJson& changes = TestJson::object());
  /// A resource for the provider's API, with a login test; runners may use the proxy.
  void CreateApi(const std::string& slug, const TestJson& auth,
                 const TestJson& extra = TestJson::object());

  [[nodiscard]] Caller Admin() const;
  /// The admin's key, acting for a user.
  [[nodiscard]] Caller ActingFor(const std::string& user) const;
  /// A new session of the user.
  [[nodiscard]] Caller SessionOf(const std::string& user);
  HttpResponse Call(const Caller& caller, const std::string& method, const std::string& path,
                    const TestJson& body = nullptr);
  /// The body of an answer that must be 200.
  TestJson Read(const Caller& caller, const std::string& path);

  /// A fresh link; a refusal is a failure of the test.
  std::string LoginUrl(const Caller& caller, const std::string& slug,
                       const TestJson& body = nullptr);
  /// Follows a link, clicks what the gateway and the provider ask, and ends where they end.
  /// `account` is who signs in at the provider.
  Page SignIn(Browser& browser, const std::string& login_url, const std::string& account);
  /// From the link to the callback, which is left to the caller: Page::next is its address.
  Page SignInUpToCallback(Browser& browser, const std::string& login_url,
                          const std::string& account);
  /// All of it in a new browser; anything but the page of success is a failure of the test.
  void Connect(const Caller& caller, const std::string& slug, const std::string& account);

  HttpResponse Proxied(const Caller& caller, const std::string& path);
  /// An unsaved query.
  HttpResponse RunAs(const Caller& caller, const std::string& slug, const TestJson& query);
  /// {"method":"GET","path":path}
  [[nodiscard]] static TestJson Get(const std::string& path);
  /// What the API says of a call that it answered.
  static TestJson SeenByApi(const HttpResponse& response);

  TestJson Connection(const Caller& caller, const std::string& slug);
  /// The state of GET /login: it calls the API with the caller's token.
  std::string LoginState(const Caller& caller, const std::string& slug);
  /// Whose token the API saw last; null: none that was alive.
  [[nodiscard]] TestJson LastSubject() const;
  /// All token requests worked, and no grant ended because a refresh token came twice.
  void ExpectNoTokenRequestFailed() const;

  OidcProvider provider_;
};

}  // namespace sallyport::test
