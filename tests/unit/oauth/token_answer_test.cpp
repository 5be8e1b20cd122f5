#include <gtest/gtest.h>

#include "oauth/reason.h"
#include "sallyport/base/strings.h"
#include "sallyport/oauth/token_exchange.h"
#include "sallyport/oauth/token_renewal.h"
#include "support/reveal.h"

namespace sallyport::oauth {
namespace {

using request::OAuthSettings;

TokenAnswer Read(int status, std::string_view body, const OAuthSettings& settings = {},
                 const std::vector<Secret>& sent = {}) {
  return ReadTokenAnswer(status, body, settings, sent);
}

/// "access/refresh/id expires scope", or "reason" (with "dead: " for invalid_grant).
std::string Summary(const TokenAnswer& answer) {
  if (!answer.granted) {
    return (answer.refusal == Refusal::kInvalidGrant ? "dead: " : "") + answer.reason;
  }
  const Granted& granted = *answer.granted;
  EXPECT_EQ(answer.reason, "");
  return test::Reveal(granted.tokens.access_token) + "/" +
         test::Reveal(granted.tokens.refresh_token) + "/" + test::Reveal(granted.tokens.id_token) +
         " " + (granted.expires_in ? std::to_string(*granted.expires_in) : "-") + " [" +
         granted.scope + "]";
}

struct Case {
  int status;
  std::string_view body;
  std::string_view expected;
};

TEST(TokenAnswer, GrantsFromJsonAndForm) {
  const std::vector<Case> cases = {
      // RFC 6749 §5.1
      {200,
       "{\"access_token\":\"2YotnFZFEjr1zCsicMWpAA\",\"token_type\":\"example\","
       "\"expires_in\":3600,\"refresh_token\":\"tGzv3JOkF0XG5Qx2TlKWIA\","
       "\"example_parameter\":\"example_value\"}",
       "2YotnFZFEjr1zCsicMWpAA/tGzv3JOkF0XG5Qx2TlKWIA/ 3600 []"},
      {200, "\xEF\xBB\xBF \r\n{\"access_token\":\"a\"}\n", "a// - []"},
      {201, R"({"access_token":"a","id_token":"i","scope":"x y"})", "a//i - [x y]"},
      {200, R"({"access_token":"a","scope":["x","y",3]})", "a// - [x y]"},
      {200, R"({"access_token":"a","scope":null})", "a// - []"},
      {200, R"({"access_token":"a","refresh_token":null,"id_token":null})", "a// - []"},
      {200, R"({"access_token":"a","refresh_token":""})", "a// - []"},
      {200, R"({"access_token":"a","refresh_token":7})", "a// - []"},
      {200, R"({"access_token":"a","error":null})", "a// - []"},
      {200, R"({"access_token":"a","error":""})", "a// - []"},
      {200, R"({"access_token":"a","error":false})", "a// - []"},
      {200, R"({"access_token":"a","error":0})", "a// - []"},
      {200, "access_token=a%2Bb&scope=repo%2Cgist&token_type=bearer", "a+b// - [repo,gist]"},
      {200, "access_token=a&expires_in=3600&refresh_token=r+1\n", "a/r 1/ 3600 []"},
      {200, "access_token=a&access_token=b", "a// - []"},
      {200, "access_token=a&error=", "a// - []"},
  };
  for (const Case& c : cases) EXPECT_EQ(Summary(Read(c.status, c.body)), c.expected) << c.body;
}

TEST(TokenAnswer, ReadsLifetimesHoweverTheyAreWritten) {
  struct Lifetime {
    std::string_view json;
    std::optional<std::int64_t> expected;
  };
  for (const Lifetime& c : std::vector<Lifetime>{{"3600", 3600},
                                                 {"3600.0", 3600},
                                                 {"3599.9", 3599},
                                                 {"3.6e3", 3600},
                                                 {"\"3600\"", 3600},
                                                 {"\" 3600 \"", 3600},
                                                 {"\"3600.5\"", 3600},
                                                 {"1", 1},
                                                 {"315360000", 315360000},
                                                 {"315360001", {}},
                                                 {"0", {}},
                                                 {"\"0\"", {}},
                                                 {"0.9", {}},
                                                 {"-1", {}},
                                                 {"\"-3600\"", {}},
                                                 {"1e300", {}},
                                                 {"99999999999999999999999", {}},
                                                 {"\"1767225600\"", {}},
                                                 {"\"inf\"", {}},
                                                 {"\"nan\"", {}},
                                                 {"\"3600s\"", {}},
                                                 {"\"\"", {}},
                                                 {"true", {}},
                                                 {"null", {}},
                                                 {"[3600]", {}},
                                                 {"{}", {}}}) {
    const std::string body = R"({"access_token":"a","expires_in":)" + std::string(c.json) + "}";
    const TokenAnswer answer = Read(200, body);
    ASSERT_TRUE(answer.granted) << c.json;
    EXPECT_EQ(answer.granted->expires_in, c.expected) << c.json;
  }
}

TEST(TokenAnswer, FollowsTokenPaths) {
  OAuthSettings settings;
  settings.token_paths = {"/data/0/a~1b", "/data/0/refreshToken", "/meta/ttl", "/x~0y"};
  EXPECT_EQ(Summary(Read(200,
                         R"({"data":[{"a/b":"a","refreshToken":"r"}],"meta":{"ttl":"60"},
                             "x~y":"i","access_token":"other"})",
                         settings)),
            "a/r/i 60 []");
  settings.token_paths.access_token = "/accessToken";
  EXPECT_EQ(Summary(Read(200, "accessToken=a", settings)), "a// - []");
  for (const std::string_view wrong :
       {"/data", "/data/1/a~1b", "/data/00000000000000000000000", "/data/-", "/data/0/a~1b/x"}) {
    settings.token_paths.access_token = wrong;
    EXPECT_FALSE(Read(200, R"({"data":[{"a/b":"a"}]})", settings).granted) << wrong;
  }
}

TEST(TokenAnswer, GrantsNothingWithoutAnAccessToken) {
  const std::string_view no_token =
      "the provider answered 200 without an access token where "
      "token_paths says";
  const std::string_view garbage = "the provider answered 200 with neither JSON nor a form";
  const std::vector<Case> cases = {
      {200, "{}", no_token},
      {200, R"({"access_token":""})", no_token},
      {200, R"({"access_token":null})", no_token},
      {200, R"({"access_token":5})", no_token},
      {200, R"({"accessToken":"a"})", no_token},
      {200, "a=b", no_token},
      {200, "", garbage},
      {204, "", "the provider answered 204 with neither JSON nor a form"},
      {200, "ok", garbage},
      {200, "[1]", garbage},
      {200, "\"access_token=a\"", garbage},
      {200, "null", garbage},
      {200, R"({"access_token":"a")", garbage},
      {200, R"({"access_token":"a"}})", garbage},
      {200, R"({"access_token":"a","access_token":"b"})", garbage},
      {200, R"({"access_token":"\ud800"})", garbage},
      {200, "<!doctype html><a href=\"?a=1&access_token=x&b=2\">sign in</a>", garbage},
      {200, "Sorry,&access_token=x we are closed", garbage},
      {200, "access_token=\xC3\xBC", garbage},
      {200, R"({"access_token":"a\r\nX-Evil: 1"})",
       "the provider answered 200 with an access token that no header can hold"},
      {200, "access_token=a%0Ab",
       "the provider answered 200 with an access token that no header can hold"},
      {200, R"({"access_token":" a"})",
       "the provider answered 200 with an access token that no header can hold"},
      {302, R"({"access_token":"a"})",
       "the provider answered 302, a redirect, which is not followed"},
      {400, R"({"access_token":"a"})", "the provider answered 400"},
      {500, "Internal Server Error", "the provider answered 500"},
      {199, R"({"access_token":"a"})", "the provider answered 199"},
      {503, "<html>busy</html>", "the provider answered 503"},
  };
  for (const Case& c : cases) EXPECT_EQ(Summary(Read(c.status, c.body)), c.expected) << c.body;
}

TEST(TokenAnswer, SaysWhatTheProviderSaidWasWrong) {
  const std::vector<Case> cases = {
      {400, R"({"error":" "})", "the provider answered 400 with an error"},
      {400, R"({"error":" ","error_description":"\t"})", "the provider answered 400 with an error"},
      {400, R"({"error":{"code":" ","message":" it broke "}})", "it broke"},
      {400, R"({"error":"invalid_grant"})", "dead: invalid_grant"},
      {400, R"({"error":"invalid_grant","error_description":"Token has been revoked."})",
       "dead: invalid_grant: Token has been revoked."},
      {200, R"({"error":"invalid_grant"})", "dead: invalid_grant"},
      {500, R"({"error":"invalid_grant"})", "dead: invalid_grant"},
      {401, "error=invalid_grant&error_description=gone+for+good",
       "dead: invalid_grant: gone for good"},
      {400, R"({"error":{"code":"invalid_grant","message":"no"}})", "dead: invalid_grant: no"},
      {400, R"({"error":{"code":400,"type":"invalid_grant"}})", "dead: invalid_grant"},
      {200, R"({"error":"invalid_grant","access_token":"a"})", "dead: invalid_grant"},
      {400, R"({"error":"Invalid_Grant"})", "Invalid_Grant"},
      {400, R"({"error":"invalid_grant_type"})", "invalid_grant_type"},
      {400, R"({"error":"invalid_client","error_description":"invalid_grant"})",
       "invalid_client: invalid_grant"},
      {401, R"({"error":"invalid_client"})", "invalid_client"},
      {200, "error=bad_verification_code&error_description=It+expired.",
       "bad_verification_code: It expired."},
      {200, R"({"ok":false,"error":"invalid_refresh_token"})", "invalid_refresh_token"},
      {400, R"({"error":{"message":"Bad code","type":"OAuthException","code":100}})",
       "OAuthException: Bad code"},
      {400, R"({"error":true,"message":"no luck"})", "no luck"},
      {400, R"({"error":7})", "the provider answered 400 with an error"},
      {400, R"({"error":["x"]})", "the provider answered 400 with an error"},
  };
  for (const Case& c : cases) EXPECT_EQ(Summary(Read(c.status, c.body)), c.expected) << c.body;
}

TEST(TokenAnswer, TellsTheProvidersOwnWordsFromOurs) {
  EXPECT_TRUE(Read(400, R"({"error":"invalid_client"})").quoted);
  EXPECT_TRUE(Read(400, R"({"error":true,"message":"no luck"})").quoted);
  EXPECT_FALSE(Read(400, R"({"error":7})").quoted);
  EXPECT_FALSE(Read(500, "<html>").quoted);
  EXPECT_FALSE(Read(200, "{}").quoted);
}

TEST(TokenAnswer, AHugeAnswerGrantsNothing) {
  std::string body = R"({"access_token":"a"})";
  body.resize(kTokenAnswerBytes, ' ');
  EXPECT_TRUE(Read(200, body).granted);
  body += ' ';
  EXPECT_EQ(Summary(Read(200, body)), "the provider answered 200 with more than 1 MiB");
}

TEST(TokenAnswer, ACutAnswerGrantsNothing) {
  const std::string_view body =
      R"({"access_token":"a","expires_in":3600,"refresh_token":"r","scope":"x y"})";
  for (std::size_t length = 0; length < body.size(); ++length) {
    EXPECT_FALSE(Read(200, body.substr(0, length)).granted) << length;
  }
}

TEST(TokenAnswer, ReasonsNeverHoldASecret) {
  const std::vector<Secret> sent{Secret("refresh-1"), Secret("refresh-12"), Secret("s3cr3t")};
  EXPECT_EQ(Read(400,
                 R"({"error":"bad refresh-12","error_description":"s3cr3t, refresh-1 and new-acc",
                     "access_token":"new-acc"})",
                 {}, sent)
                .reason,
            "bad ********: ********, ******** and ********");
  // Nor what merely looks like one.
  EXPECT_EQ(
      Read(400, R"({"error":"x","error_description":"token 2YotnFZFEjr1zCsicMWpAA is expired"})")
          .reason,
      "x: token ******** is expired");
}

TEST(CleanReason, KeepsPlainTextAndMasksTheRest) {
  struct Text {
    std::string text;
    std::string expected;
  };
  for (const Text& c :
       std::vector<Text>{{"AADSTS70008: The refresh token has expired due to inactivity.",
                          "AADSTS70008: The refresh token has expired due to inactivity."},
                         {"see https://idp.example/errors", "see https://idp.example/errors"},
                         {"unsupported_response_type", "unsupported_response_type"},
                         {"123456789012345", "123456789012345"},
                         {"1234567890123456", "********"},
                         {std::string(31, 'a'), std::string(31, 'a')},
                         {std::string(32, 'a'), "********"},
                         {"a\r\n\tb", "a b"},
                         {std::string("a\0b", 3), "a?b"},
                         {"\x1b[31mred", "?[31mred"},
                         {"gr\u00fc\u00dfe", "gr\u00fc\u00dfe"},
                         {"a\xff\xfe", "a??"},
                         {"evil\u202etxt", "evil?txt"},
                         {"  ", ""}}) {
    EXPECT_EQ(CleanReason(c.text, {}), c.expected);
  }
}

TEST(CleanReason, CutsAtTwoHundredCharacters) {
  std::string text;
  for (int i = 0; i < 201; ++i) text += i % 2 == 0 ? "\u00fc" : " ";
  const std::string cut = CleanReason(text, {});
  EXPECT_TRUE(IsUtf8(cut));
  EXPECT_EQ(cut, text.substr(0, 299));  // 100 of 2 bytes, 99 blanks between them, one trimmed
  std::string words;
  for (int i = 0; i < 100; ++i) words += "abc,";
  EXPECT_EQ(CleanReason(words, {}), words.substr(0, 200));
}

constexpr SystemTime kNow{std::chrono::seconds(1'767'225'600)};

TEST(TokenRenewal, TheLifetimeComesFromTheAnswerElseFromTheSettings) {
  OAuthSettings settings;
  Granted granted;
  EXPECT_FALSE(ExpiresAt(granted, settings, kNow));
  settings.lifetime_seconds = 100;
  EXPECT_EQ(ExpiresAt(granted, settings, kNow), kNow + std::chrono::seconds(100));
  granted.expires_in = 7;
  EXPECT_EQ(ExpiresAt(granted, settings, kNow), kNow + std::chrono::seconds(7));
}

TEST(TokenRenewal, AReplyWithoutARefreshTokenKeepsTheOldOne) {
  OAuthSettings settings;
  settings.fingerprint = "f";
  const store::TokenSet first =
      NewTokens(5, {store::OwnerKind::kUser, "alice"}, "alice",
                *Read(200, R"({"access_token":"a","refresh_token":"r","id_token":"i","scope":"s",
                               "expires_in":10})")
                     .granted,
                settings, kNow);
  EXPECT_EQ(first.version, 1);
  EXPECT_EQ(first.resource_id, 5);
  EXPECT_EQ(first.user, "alice");
  EXPECT_EQ(first.expires_at, kNow + std::chrono::seconds(10));

  const SystemTime later = kNow + std::chrono::seconds(9);
  store::TokenSet failed = NotRenewed(first, Read(503, "busy"));
  EXPECT_EQ(failed.last_error, "the provider answered 503");
  EXPECT_FALSE(failed.dead);
  EXPECT_EQ(failed.version, 1);
  EXPECT_EQ(test::Reveal(failed.tokens.access_token), "a");

  const store::TokenSet renewed =
      Renewed(failed, *Read(200, R"({"access_token":"b"})").granted, settings, later);
  EXPECT_EQ(renewed.version, 2);
  EXPECT_EQ(test::Reveal(renewed.tokens.access_token), "b");
  EXPECT_EQ(test::Reveal(renewed.tokens.refresh_token), "r");
  EXPECT_EQ(test::Reveal(renewed.tokens.id_token), "i");
  EXPECT_EQ(renewed.scope, "s");
  EXPECT_EQ(renewed.last_error, "");
  EXPECT_EQ(renewed.last_refresh_at, later);
  EXPECT_EQ(renewed.obtained_at, kNow);
  EXPECT_FALSE(renewed.expires_at);

  const store::TokenSet rotated = Renewed(
      renewed, *Read(200, R"({"access_token":"c","refresh_token":"r2"})").granted, settings, later);
  EXPECT_EQ(test::Reveal(rotated.tokens.refresh_token), "r2");

  const store::TokenSet dead = NotRenewed(rotated, Read(400, R"({"error":"invalid_grant"})"));
  EXPECT_TRUE(dead.dead);
  EXPECT_EQ(test::Reveal(dead.tokens.refresh_token), "r2");
}

}  // namespace
}  // namespace sallyport::oauth
