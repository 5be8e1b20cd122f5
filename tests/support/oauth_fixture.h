// A running gateway beside a scripted provider: resources with oauth2, callers of several kinds,
// and a browser that signs in.
#pragma once

#include <memory>
#include <string>

#include "support/query_fixture.h"
#include "support/scripted_provider.h"

namespace sallyport::test {

/// A browser that went to the provider.
struct DepartedBrowser {
  std::string location;  ///< the authorization request
  std::string cookie;    ///< "name=value" that binds the browser
  /// A parameter of the authorization request, decoded; "" when there is none.
  [[nodiscard]] std::string Param(const std::string& name) const;
};

class OAuthFixture : public QueryFixture {
 protected:
  OAuthFixture();

  /// Targets and providers on loopback, no page before the redirect. `more`: further settings.
  void StartOAuthGateway(const std::string& more = "");
  /// An auth member for the provider, tokens per user; what `more` has is merged into it.
  [[nodiscard]] TestJson Auth(const TestJson& more = TestJson::object()) const;
  /// A resource at the provider's API.
  void CreateOAuthResource(const std::string& slug, const TestJson& auth_more = TestJson::object(),
                           const TestJson& more = TestJson::object());

  /// The admin's key, acting for `user`.
  [[nodiscard]] HeaderList For(const std::string& user) const;
  /// A new session of `user`.
  [[nodiscard]] HeaderList SessionOf(const std::string& user);
  /// A call as exactly this caller; `path` starts at "/".
  HttpResponse CallAs(const HeaderList& caller, const std::string& method, const std::string& path,
                      const std::string& body = "");

  /// POST login, then the link. Failures are the test's.
  DepartedBrowser Depart(const HeaderList& caller, const std::string& slug);
  /// The provider sends the browser back; `query` goes before the state.
  HttpResponse Return(const DepartedBrowser& browser, const std::string& query);
  /// Back with a fresh code for `owner`.
  HttpResponse ReturnWithCode(const DepartedBrowser& browser, const std::string& owner);
  /// The whole way. A failure is fatal to the test's assertions after it.
  void SignIn(const HeaderList& caller, const std::string& slug, const std::string& owner);

  /// GET .../connection
  TestJson Connection(const HeaderList& caller, const std::string& slug);
  /// "owner" in the body of the API behind the provider, else the code of the gateway's error, else
  /// the status.
  static std::string OwnerIn(const HttpResponse& response);

  std::unique_ptr<ScriptedProvider> provider_;
};

}  // namespace sallyport::test
