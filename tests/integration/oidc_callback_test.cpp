// What may go wrong between the link and the tokens, by mistake or by malice, at a real OpenID
// provider.
#include <gmock/gmock.h>

#include "support/oidc_fixture.h"

namespace sallyport::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

/// `url` with the value of a query parameter replaced; "" takes it out.
std::string With(const std::string& url, const std::string& name, const std::string& value) {
  const std::size_t at = url.find(name + "=");
  EXPECT_NE(at, std::string::npos) << url;
  const std::size_t end = std::min(url.find('&', at), url.size());
  return url.substr(0, at) + (value.empty() ? "" : name + "=" + value) + url.substr(end);
}

class OidcCallback : public OidcFixture {
 protected:
  void SetUp() override {
    StartGateway();
    CreateApi("api", CodeAuth());
    alice_ = SessionOf("alice");
  }

  void ExpectFailure(const Page& page, std::string_view reason) {
    EXPECT_EQ(page.status(), 400);
    EXPECT_TRUE(page.Shows(reason)) << page.response.body;
    EXPECT_EQ(page.response.Header("Content-Type"), "text/html; charset=utf-8");
    EXPECT_EQ(page.response.Header("Cache-Control"), "no-store");
    EXPECT_EQ(page.response.Header("Referrer-Policy"), "no-referrer");
    EXPECT_THAT(page.response.Header("Content-Security-Policy").value_or(""),
                HasSubstr("frame-ancestors 'none'"));
  }
  void ExpectNothingStored() {
    EXPECT_EQ(Connection(alice_, "api")["connected"], false);
    EXPECT_THAT(Read(Admin(), "/api/v1/connections")["items"], IsEmpty());
  }

  Caller alice_;
  Browser browser_;
};

TEST_F(OidcCallback, AStateWorksOnce) {
  const Page page = SignInUpToCallback(browser_, LoginUrl(alice_, "api"), "alice");
  EXPECT_EQ(browser_.Open(page.next).status(), 200);
  provider_.ForgetEvents();
  ExpectFailure(browser_.Open(page.next), "This sign-in is not known here");
  EXPECT_THAT(provider_.Events("token"), IsEmpty());
  EXPECT_EQ(LoginState(alice_, "api"), "signed_in");
}

TEST_F(OidcCallback, AnotherBrowserNeitherFinishesNorSpoilsIt) {
  const Page page = SignInUpToCallback(browser_, LoginUrl(alice_, "api"), "alice");
  Browser other;
  ExpectFailure(other.Open(page.next),
                "This sign-in was started in another browser, or cookies are blocked.");
  EXPECT_THAT(provider_.Events("token"), IsEmpty());
  ExpectNothingStored();
  EXPECT_EQ(browser_.Open(page.next).status(), 200);
  EXPECT_EQ(Connection(alice_, "api")["connected"], true);
}

TEST_F(OidcCallback, AVictimDoesNotFinishTheSignInOfSomebodyElse) {
  // Mallory starts a sign-in and makes alice's browser, which has one of its own under way, open
  // the end of it.
  Browser mallory;
  const Page planted =
      SignInUpToCallback(mallory, LoginUrl(SessionOf("mallory"), "api"), "mallory");
  const Page own = SignInUpToCallback(browser_, LoginUrl(alice_, "api"), "alice");
  ExpectFailure(browser_.Open(planted.next), "This sign-in was started in another browser");
  EXPECT_EQ(browser_.Open(own.next).status(), 200);
  EXPECT_EQ(LoginState(alice_, "api"), "signed_in");
  EXPECT_EQ(LastSubject(), "alice");
}

TEST_F(OidcCallback, AnotherIssuerIsRefusedAndUsesTheStateUp) {
  const Page page = SignInUpToCallback(browser_, LoginUrl(alice_, "api"), "alice");
  ExpectFailure(browser_.Open(With(page.next, "iss", "https%3A%2F%2Fevil.example")),
                "The answer comes from another issuer than the one that was asked.");
  EXPECT_THAT(provider_.Events("token"), IsEmpty());
  ExpectNothingStored();
  ExpectFailure(browser_.Open(page.next), "This sign-in is not known here");
}

TEST_F(OidcCallback, AMissingIssuerIsRefusedWhereTheProviderSendsOne) {
  const Page page = SignInUpToCallback(browser_, LoginUrl(alice_, "api"), "alice");
  ExpectFailure(browser_.Open(With(page.next, "iss", "")), "The answer does not name its issuer");
  EXPECT_THAT(provider_.Events("token"), IsEmpty());
  ExpectNothingStored();
}

TEST_F(OidcCallback, TheIssuerIsCheckedWithExplicitUrlsToo) {
  CreateApi("explicit", ExplicitAuth({{"issuer", provider_.url()}}));
  const Page wrong = SignInUpToCallback(browser_, LoginUrl(alice_, "explicit"), "alice");
  ExpectFailure(browser_.Open(With(wrong.next, "iss", "https%3A%2F%2Fevil.example")),
                "The answer comes from another issuer");
  EXPECT_THAT(provider_.Events("token"), IsEmpty());
  const Page right = SignInUpToCallback(browser_, LoginUrl(alice_, "explicit"), "alice");
  EXPECT_EQ(browser_.Open(right.next).status(), 200);
  // With both URLs given nobody asks the issuer what it promises.
  const Page missing = SignInUpToCallback(browser_, LoginUrl(alice_, "explicit"), "alice");
  EXPECT_EQ(browser_.Open(With(missing.next, "iss", "")).status(), 200);
}

TEST_F(OidcCallback, WithoutAKnownIssuerThereIsNothingToCheck) {
  CreateApi("explicit", ExplicitAuth());
  const Page page = SignInUpToCallback(browser_, LoginUrl(alice_, "explicit"), "alice");
  EXPECT_THAT(page.next, HasSubstr("iss="));
  EXPECT_EQ(browser_.Open(With(page.next, "iss", "")).status(), 200);
}

TEST_F(OidcCallback, ADenialAtTheProviderIsShownInPlainWords) {
  Page page = browser_.Open(LoginUrl(alice_, "api"));
  page = browser_.Submit(page, {});
  ASSERT_TRUE(page.Asks("login"));
  page = browser_.Click(page, "/abort");
  ExpectFailure(page,
                "The identity provider answered: access_denied: End-User aborted interaction");
  EXPECT_TRUE(page.Shows("<strong>api</strong> was not connected.")) << page.response.body;
  EXPECT_THAT(provider_.Events("token"), IsEmpty());
  ExpectNothingStored();
  EXPECT_TRUE(gateway_->WaitForStderr("access_denied", std::chrono::seconds(5)));
}

TEST_F(OidcCallback, ACodeThatTheProviderDoesNotKnowUsesTheStateUp) {
  const Page page = SignInUpToCallback(browser_, LoginUrl(alice_, "api"), "alice");
  ExpectFailure(browser_.Open(With(page.next, "code", "stolen-code-of-somebody-0123456789")),
                "invalid_grant");
  ExpectNothingStored();
  ExpectFailure(browser_.Open(page.next), "This sign-in is not known here");
}

TEST_F(OidcCallback, RefusesWhatNoProviderSends) {
  const Page page = SignInUpToCallback(browser_, LoginUrl(alice_, "api"), "alice");
  const std::string callback = gateway_->base_url() + "/oauth/callback";
  ExpectFailure(browser_.Open(callback), "The parameter state is missing");
  ExpectFailure(browser_.Open(callback + "?state=made-up&code=x"),
                "This sign-in is not known here");
  ExpectFailure(browser_.Open(page.next + "&code=second"),
                "The parameter code stands there twice.");
  // None of them touched the sign-in.
  EXPECT_EQ(browser_.Open(page.next).status(), 200);
}

TEST_F(OidcCallback, ALinkWorksOnce) {
  const std::string link = LoginUrl(alice_, "api");
  (void)SignInUpToCallback(browser_, link, "alice");
  Browser other;
  for (const Page& page : {browser_.Open(link), other.Open(link)}) {
    EXPECT_EQ(page.status(), 400);
    EXPECT_TRUE(page.Shows("This link is no longer valid")) << page.response.body;
  }
}

TEST_F(OidcCallback, AnEditOfTheResourceEndsSignInsUnderWay) {
  const std::string link = LoginUrl(alice_, "api");
  const Page page = SignInUpToCallback(browser_, LoginUrl(alice_, "api"), "alice");
  const HttpResponse edited =
      Call(Admin(), "PATCH", "/api/v1/resources/api", {{"auth", {{"scopes", {"openid"}}}}});
  ASSERT_EQ(edited.status, 200) << edited.body;
  EXPECT_EQ(browser_.Open(page.next).status(), 400);
  EXPECT_EQ(browser_.Open(link).status(), 400);
  EXPECT_THAT(provider_.Events("token"), IsEmpty());
  ExpectNothingStored();
}

TEST_F(OidcCallback, ASignInForAnEndedSessionStoresNothing) {
  const Page page = SignInUpToCallback(browser_, LoginUrl(alice_, "api"), "alice");
  ASSERT_EQ(Call(alice_, "DELETE", "/api/v1/session").status, 204);
  EXPECT_EQ(browser_.Open(page.next).status(), 400);
  EXPECT_THAT(Read(Admin(), "/api/v1/connections")["items"], IsEmpty());
  EXPECT_THAT(provider_.LiveTokens(), IsEmpty());
}

class OidcPlantedLink : public OidcFixture {
 protected:
  void SetUp() override {
    StartGateway();
    CreateApi("api", CodeAuth());
    alice_ = SessionOf("alice");
  }
  static std::string TokenOf(const Caller& caller) {
    return caller.front().second.substr(std::string("Bearer ").size());
  }

  Caller alice_;
  Browser browser_;
};

TEST_F(OidcPlantedLink, ABrowserWithTheSessionOfAnotherUserIsRefused) {
  browser_.SetCookie("sallyport_session", TokenOf(SessionOf("bob")));
  const std::string link = LoginUrl(alice_, "api");
  const Page page = browser_.Open(link);
  EXPECT_EQ(page.status(), 400);
  EXPECT_TRUE(page.Shows("This link is for another user")) << page.response.body;
  EXPECT_TRUE(page.Shows("log out here, or open it elsewhere")) << page.response.body;
  EXPECT_THAT(provider_.Events("authorization"), IsEmpty());
  // It is not used up by that.
  Browser own;
  const Page done = SignIn(own, link, "alice");
  EXPECT_TRUE(done.Shows("is connected")) << done.response.body;
}

TEST_F(OidcPlantedLink, ABrowserWithTheUsersOwnSessionGoesStraightOn) {
  browser_.SetCookie("sallyport_session", TokenOf(alice_));
  const Page page = browser_.Open(LoginUrl(alice_, "api"));
  EXPECT_TRUE(page.Asks("login")) << page.response.body;
  ASSERT_GE(page.trail.size(), 2U);
  EXPECT_THAT(page.trail[1], HasSubstr(provider_.url() + "/auth?"));
}

TEST_F(OidcPlantedLink, AnEndedSessionOfAnotherUserIsNone) {
  const Caller bob = SessionOf("bob");
  browser_.SetCookie("sallyport_session", TokenOf(bob));
  ASSERT_EQ(Call(bob, "DELETE", "/api/v1/session").status, 204);
  const Page page = browser_.Open(LoginUrl(alice_, "api"));
  EXPECT_EQ(page.status(), 200);
  EXPECT_TRUE(page.Shows("<strong>alice</strong>")) << page.response.body;
}

/// Somebody else logs in here while the sign-in is at the provider.
TEST_F(OidcPlantedLink, ASessionOfAnotherUserDoesNotFinishItEither) {
  const Page page = SignInUpToCallback(browser_, LoginUrl(alice_, "api"), "alice");
  browser_.SetCookie("sallyport_session", TokenOf(SessionOf("bob")));
  const Page refused = browser_.Open(page.next);
  EXPECT_EQ(refused.status(), 400);
  EXPECT_TRUE(refused.Shows("was started for another user")) << refused.response.body;
  EXPECT_THAT(provider_.Events("token"), IsEmpty());
  EXPECT_EQ(Connection(alice_, "api")["connected"], false);
  browser_.SetCookie("sallyport_session", TokenOf(alice_));
  EXPECT_EQ(browser_.Open(page.next).status(), 200);
}

class OidcBehindAProxy : public OidcFixture {};

TEST_F(OidcBehindAProxy, TheUserThatItNamesCountsAsTheBrowsers) {
  StartGateway("identity: {trusted_proxies: [\"127.0.0.1\"], user_header: X-Forwarded-User}\n");
  CreateApi("api", CodeAuth());
  const std::string link = LoginUrl(SessionOf("alice"), "api");
  const HttpResponse refused = HttpGet(link, {{"X-Forwarded-User", "bob"}});
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body, HasSubstr("This link is for another user"));
  const HttpResponse gone = HttpGet(link, {{"X-Forwarded-User", "alice"}});
  EXPECT_EQ(gone.status, 302) << gone.body;
  EXPECT_THAT(gone.Header("Location").value_or(""), HasSubstr(provider_.url() + "/auth?"));
}

TEST_F(OidcPlantedLink, TheClickMustComeFromTheGatewaysOwnPage) {
  const std::string link = LoginUrl(alice_, "api");
  HttpRequest click;
  click.method = "POST";
  click.url = link;
  click.headers = {{"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://evil.example"}};
  const HttpResponse refused = HttpSend(click);
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body, HasSubstr("The click did not come from this gateway"));
  EXPECT_TRUE(SignIn(browser_, link, "alice").Shows("is connected"));
}

TEST_F(OidcPlantedLink, APreviewOfTheLinkDoesNotUseItUp) {
  const std::string link = LoginUrl(alice_, "api");
  HttpRequest head;
  head.method = "HEAD";
  head.url = link;
  EXPECT_EQ(HttpSend(head).status, 200);
  EXPECT_EQ(browser_.Open(link).status(), 200);
  EXPECT_TRUE(SignIn(browser_, link, "alice").Shows("is connected"));
}

class OidcWithoutConfirmation : public OidcFixture {};

TEST_F(OidcWithoutConfirmation, TheLinkLeadsStraightToTheProvider) {
  StartGateway("identity: {confirm_login: false}\n");
  CreateApi("api", CodeAuth());
  Browser browser;
  const Page page = browser.Open(LoginUrl(SessionOf("alice"), "api"));
  EXPECT_TRUE(page.Asks("login")) << page.response.body;
  ASSERT_GE(page.trail.size(), 2U);
  EXPECT_THAT(page.trail[1], HasSubstr(provider_.url() + "/auth?"));
}

/// Browsers fetch what a user may open next.
TEST_F(OidcWithoutConfirmation, APrefetchOfTheLinkDoesNotUseItUp) {
  StartGateway("identity: {confirm_login: false}\n");
  CreateApi("api", CodeAuth());
  const std::string link = LoginUrl(SessionOf("alice"), "api");
  EXPECT_EQ(HttpGet(link, {{"Sec-Purpose", "prefetch;prerender"}}).status, 200);
  Browser browser;
  EXPECT_TRUE(browser.Open(link).Asks("login"));
}

}  // namespace
}  // namespace sallyport::test
