#include "sallyport/oauth/authorization.h"

#include <gtest/gtest.h>

namespace sallyport::oauth {
namespace {

using request::OAuthSettings;

TEST(Pkce, ChallengeIsThatOfRfc7636AppendixB) {
  EXPECT_EQ(CodeChallenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

TEST(Pkce, VerifiersAreLongEnoughAndNeverTheSame) {
  const std::string verifier = NewCodeVerifier();
  EXPECT_EQ(verifier.size(), 43U);
  EXPECT_EQ(verifier.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                       "0123456789-_"),
            std::string::npos);
  EXPECT_NE(verifier, NewCodeVerifier());
}

std::string AuthorizeUrl(const OAuthSettings& settings, std::string_view url,
                         const std::string& verifier = "") {
  return AuthorizationUrl(settings, *http::ParseUrl(url),
                          {"https://gw.example/oauth/callback", "xyz", verifier});
}

TEST(AuthorizationUrl, HasWhatRfc6749Asks) {
  OAuthSettings settings;
  settings.client_id = "s6BhdRkqt3";
  EXPECT_EQ(AuthorizeUrl(settings, "https://server.example.com/authorize"),
            "https://server.example.com/authorize?response_type=code&client_id=s6BhdRkqt3"
            "&redirect_uri=https%3A%2F%2Fgw.example%2Foauth%2Fcallback&state=xyz");
}

TEST(AuthorizationUrl, HasEverythingThatIsConfigured) {
  OAuthSettings settings;
  settings.client_id = "a b&c";
  settings.scopes = {"read:x", "https://scope/a+b", "\u00fc"};
  settings.scope_separator = ",";
  settings.audience = "https://api/?a=b";
  settings.resource = "urn:r";
  settings.authorize_params = {{"prompt", "consent login", false}, {"a[]", "1", false}};
  EXPECT_EQ(AuthorizeUrl(settings, "https://idp.example/a?tenant=x%20y&e",
                         "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "https://idp.example/a?tenant=x%20y&e&response_type=code&client_id=a%20b%26c"
            "&redirect_uri=https%3A%2F%2Fgw.example%2Foauth%2Fcallback"
            "&scope=read%3Ax%2Chttps%3A%2F%2Fscope%2Fa%2Bb%2C%C3%BC&state=xyz"
            "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
            "&code_challenge_method=S256&audience=https%3A%2F%2Fapi%2F%3Fa%3Db&resource=urn%3Ar"
            "&prompt=consent%20login&a%5B%5D=1");
}

TEST(CallbackUrl, IsBelowPublicUrl) {
  EXPECT_EQ(CallbackUrl("https://gw.example"), "https://gw.example/oauth/callback");
  EXPECT_EQ(CallbackUrl("https://gw.example/"), "https://gw.example/oauth/callback");
}

TEST(ReadCallback, DecodesWhatTheProviderSends) {
  const auto callback = ReadCallback("code=a%2Fb+c&state=x%2By&iss=https%3A%2F%2Fi&session=1&=&x");
  ASSERT_TRUE(callback);
  EXPECT_EQ(callback->code, "a/b c");
  EXPECT_EQ(callback->state, "x+y");
  EXPECT_EQ(callback->issuer, "https://i");
  EXPECT_EQ(CallbackProblem(*callback), "");
}

TEST(ReadCallback, RefusesWhatNoProviderSends) {
  for (const std::string_view query :
       {"", "code=a", "state=&code=a", "state=a&state=a", "state=a&code=b&code=c",
        "state=a&iss=b&i%73s=b", "state=a&error=x&error=y"}) {
    const auto callback = ReadCallback(query);
    ASSERT_FALSE(callback) << query;
    EXPECT_EQ(callback.error().kind(), ErrorKind::kInvalidState);
  }
}

TEST(CallbackProblem, SaysWhyThereIsNoCode) {
  struct Case {
    std::string_view query, expected;
  };
  for (const Case& c :
       {Case{"state=s&error=access_denied", "The identity provider answered: access_denied"},
        Case{"state=s&error=access_denied&error_description=The+user%0Asaid+%3Cno%3E",
             "The identity provider answered: access_denied: The user said <no>"},
        Case{"state=s&error=access_denied&code=c", "The identity provider answered: access_denied"},
        Case{"state=long-state&error=x&error_description=long-state",
             "The identity provider answered: x: ********"},
        Case{"state=s&error=%20&code=c", "The identity provider answered: an error without a name"},
        Case{"state=s", "The identity provider sent neither a code nor an error."},
        Case{"state=s&code=c", ""}}) {
    EXPECT_EQ(CallbackProblem(*ReadCallback(c.query)), c.expected) << c.query;
  }
}

TEST(CheckIssuer, FollowsRfc9207) {
  struct Case {
    std::string_view query, issuer;
    bool sends_issuer;
    bool right;
  };
  for (const Case& c :
       {Case{"state=s", "", false, true}, Case{"state=s&iss=x", "", true, true},
        Case{"state=s", "https://i", false, true}, Case{"state=s", "https://i", true, false},
        Case{"state=s&iss=https://i", "https://i", true, true},
        Case{"state=s&iss=https://i", "https://i", false, true},
        Case{"state=s&iss=https://i/", "https://i", false, false},
        Case{"state=s&iss=", "https://i", false, false},
        Case{"state=s&iss=https://evil", "https://i", true, false}}) {
    const auto checked = CheckIssuer(*ReadCallback(c.query), c.issuer, c.sends_issuer);
    EXPECT_EQ(checked.has_value(), c.right) << c.query << " " << c.issuer;
    if (!checked) {
      EXPECT_EQ(checked.error().kind(), ErrorKind::kInvalidState);
    }
  }
}

const std::vector<std::string> kAllowed{"https://admin.example", "http://localhost:3000"};
constexpr std::string_view kPublic = "https://gw.example";

TEST(JudgeReturnTo, GoesOnlyWhereTheConfigurationSays) {
  struct Case {
    std::string_view given, expected;  ///< "" = refused
  };
  for (const Case& c : std::vector<Case>{
           {"https://admin.example/x", "https://admin.example/x"},
           {"https://admin.example", "https://admin.example/"},
           {"HTTPS://ADMIN.example:443/x", "https://admin.example/x"},
           {"https://admin.example/x?a=b%20c&d", "https://admin.example/x?a=b%20c&d"},
           {"https://admin.example/#/app?x=1", "https://admin.example/#/app?x=1"},
           {"https://admin.example/x#a\"b<c#d", "https://admin.example/x#a%22b%3Cc%23d"},
           {"https://admin.example/\xC3\xBC", "https://admin.example/%C3%BC"},
           {"http://localhost:3000/a", "http://localhost:3000/a"},
           {"https://gw.example/a", "https://gw.example/a"},
           {"/app", "https://gw.example/app"},
           {"/0?x=//evil#y", "https://gw.example/0?x=//evil#y"},
           {"/a//b", "https://gw.example/a//b"},
           {"/a:b@c", "https://gw.example/a:b@c"},
           // Other places
           {"https://evil.example/x", ""},
           {"https://admin.example.evil.example/x", ""},
           {"https://evil.example/admin.example", ""},
           {"https://admin.example@evil.example/", ""},
           {"https://admin.example:443@evil.example/", ""},
           {"https://u:p@admin.example/", ""},
           {"https://admin.example:8443/x", ""},
           {"http://admin.example/x", ""},
           {"http://localhost/a", ""},
           {"http://localhost:3001/a", ""},
           {"http://gw.example/a", ""},
           // No place
           {"", ""},
           {"/", ""},
           {"//evil.example", ""},
           {"///evil.example", ""},
           {"/\\evil.example", ""},
           {"\\\\evil.example", ""},
           {"/%2f/evil.example", ""},
           {"/%2fevil", ""},
           {"/.evil", ""},
           {"/?x", ""},
           {"/#x", ""},
           {"/-a", ""},
           {"/\tevil", ""},
           {"/a\\..\\b", ""},
           {"/a/../b", ""},
           {"/a/%2e%2e/b", ""},
           {"/a\r\nSet-Cookie: x=1", ""},
           {"/a b", ""},
           {" /a", ""},
           {"app", ""},
           {"./app", ""},
           {"?x", ""},
           {"#x", ""},
           {"@evil.example", ""},
           {"javascript:alert(1)", ""},
           {"JavaScript://admin.example/%0Aalert(1)", ""},
           {"data:text/html,x", ""},
           {"https:/admin.example/x", ""},
           {"https:admin.example/x", ""},
           {"https:\\\\admin.example/x", ""},
           {"https://admin.example\\@evil.example/", ""},
           {"https://", ""},
           {"https://[", ""},
           {"null", ""},
       }) {
    const auto judged = JudgeReturnTo(c.given, kPublic, kAllowed);
    EXPECT_EQ(judged ? *judged : "", c.expected) << c.given;
    if (!judged) {
      EXPECT_EQ(judged.error().kind(), ErrorKind::kValidationFailed);
      ASSERT_EQ(judged.error().violations().size(), 1U);
      EXPECT_EQ(judged.error().violations()[0].pointer, "/return_to");
    }
  }
}

TEST(JudgeReturnTo, IsBounded) {
  const std::string longest = "/" + std::string(8191, 'a');
  EXPECT_TRUE(JudgeReturnTo(longest, kPublic, {}));
  EXPECT_FALSE(JudgeReturnTo(longest + "a", kPublic, {}));
}

TEST(MessageOrigin, IsExactAndAllowed) {
  struct Case {
    std::optional<std::string> asked;
    std::string_view caller;
    std::vector<std::string> allowed;
    std::string_view expected;  ///< "" = refused
  };
  const std::vector<std::string> one{"https://admin.example"};
  for (const Case& c : std::vector<Case>{
           {"http://localhost:3000", "https://admin.example", kAllowed, "http://localhost:3000"},
           {"https://ADMIN.example:443/", "", kAllowed, "https://admin.example"},
           {"https://gw.example", "", kAllowed, "https://gw.example"},
           {"https://evil.example", "https://admin.example", kAllowed, ""},
           {"*", "", kAllowed, ""},
           {"null", "", kAllowed, ""},
           {"", "", kAllowed, ""},
           {"https://admin.example/path", "", kAllowed, ""},
           {{}, "https://admin.example", kAllowed, "https://admin.example"},
           {{}, "https://gw.example", one, "https://gw.example"},
           {{}, "https://evil.example", kAllowed, "https://gw.example"},
           {{}, "https://evil.example", one, "https://admin.example"},
           {{}, "null", one, "https://admin.example"},
           {{}, "", one, "https://admin.example"},
           {{}, "", kAllowed, "https://gw.example"},
           {{}, "", {}, "https://gw.example"},
       }) {
    const auto origin = MessageOrigin(c.asked, c.caller, kPublic, c.allowed);
    EXPECT_EQ(origin ? *origin : "", c.expected) << c.asked.value_or("-") << " " << c.caller;
    if (!origin) {
      EXPECT_EQ(origin.error().violations().at(0).pointer, "/origin");
    }
  }
}

}  // namespace
}  // namespace sallyport::oauth
