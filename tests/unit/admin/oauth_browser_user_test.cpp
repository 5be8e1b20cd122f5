// Whose browser it is: by its session, or by the word of a proxy that signs users in.
#include "unit/admin/oauth_api_fixture.h"

namespace sallyport::admin {
namespace {

class OAuthBrowserUser : public OAuthApi {
 protected:
  bool Shows(const OAuthReply& page, const char* text) {
    return page.text.find(text) != std::string::npos;
  }
  std::string Callback(const OAuthReply& departure) {
    return "/oauth/callback?code=c&state=" + StateOf(departure);
  }
};

TEST_F(OAuthBrowserUser, ThatAProxyNamesDecidesWithoutAQuestion) {
  const std::string link = Link();
  proxy_user = "mallory";
  const OAuthReply refused = Browse("GET", link);
  EXPECT_EQ(refused.status, 400);
  EXPECT_TRUE(Shows(refused, "This link is for another user")) << refused.text;
  EXPECT_TRUE(Shows(refused, "log out here, or open it elsewhere")) << refused.text;
  EXPECT_EQ(Browse("POST", link, {}, "same-origin").status, 400);
  proxy_user = "alice";
  EXPECT_EQ(Browse("GET", link).status, 302) << "a refused browser does not use the ticket up";
}

TEST_F(OAuthBrowserUser, MustBeTheSameByBothSigns) {
  const std::string mallory = SessionOf("mallory");
  const std::string alice = SessionOf("alice");
  const std::string link = Link();
  proxy_user = "alice";
  EXPECT_EQ(Browse("GET", link, {mallory}).status, 400);
  proxy_user = "mallory";
  EXPECT_EQ(Browse("GET", link, {alice}).status, 400);
  proxy_user = "alice";
  EXPECT_EQ(Browse("GET", link, {alice}).status, 302);
}

TEST_F(OAuthBrowserUser, ThatIsAnotherOneAtTheCallbackNeitherFinishesNorSpoilsIt) {
  const std::string mallory = SessionOf("mallory");
  const OAuthReply gone = Browse("GET", Link(), {SessionOf("alice")});
  ASSERT_EQ(gone.status, 302);
  script.Answer(200, R"({"access_token":"a","expires_in":3600})");
  const std::string cookies = CookieOf(gone);

  const OAuthReply refused = Browse("GET", Callback(gone), {cookies, mallory});
  EXPECT_EQ(refused.status, 400);
  EXPECT_TRUE(Shows(refused, "was started for another user")) << refused.text;
  EXPECT_EQ(refused.Field("Set-Cookie"), "") << "the browser stays bound";
  proxy_user = "mallory";
  EXPECT_EQ(Browse("GET", Callback(gone), {cookies}).status, 400);
  EXPECT_EQ(script.count(), 0U);
  EXPECT_EQ(Stored(), nullptr);

  proxy_user.reset();
  EXPECT_EQ(Browse("GET", Callback(gone), {cookies}).status, 200) << "nobody is known of it";
  EXPECT_NE(Stored(), nullptr);
}

TEST_F(OAuthBrowserUser, OfAnEndedSessionIsNobody) {
  const std::string mallory = SessionOf("mallory");
  clock.Advance(std::chrono::hours(1));
  const OAuthReply gone = Browse("GET", Link(), {SessionOf("alice")});
  script.Answer(200, R"({"access_token":"a","expires_in":3600})");
  EXPECT_EQ(Browse("GET", Callback(gone), {CookieOf(gone), mallory}).status, 200);
}

TEST_F(OAuthBrowserUser, DoesNotMatterForTokensOfEverybody) {
  Remake([](Json& auth) { auth["credentials"] = "shared"; });
  store::Caller admin = Admin();
  admin.user.reset();
  const OAuthReply made = Call("POST", kLogin, "{}", admin);
  ASSERT_EQ(made.status, 200);
  const std::string url = made.body["login_url"];
  const std::string link = url.substr(std::string("https://gw.example").size());
  const std::string session = SessionOf("carol");
  proxy_user = "carol";
  EXPECT_EQ(Browse("GET", link, {session}).status, 200) << "asked first";
  const OAuthReply gone = Browse("POST", link, {session}, "same-origin");
  ASSERT_EQ(gone.status, 302);
  script.Answer(200, R"({"access_token":"a","expires_in":3600})");
  EXPECT_EQ(Browse("GET", Callback(gone), {CookieOf(gone), session}).status, 200);
}

}  // namespace
}  // namespace sallyport::admin
