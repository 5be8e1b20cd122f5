// Where tokens of a real OpenID provider stand in the calls that carry them, and where they are
// never shown.
#include <gmock/gmock.h>

#include "support/oidc_fixture.h"

namespace sallyport::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class OidcAttach : public OidcFixture {
 protected:
  void SetUp() override { StartGateway(); }
};

struct AttachCase {
  const char* attach;
  bool placeholder;
  bool header;    ///< is Authorization sent?
  TestJson text;  ///< what becomes of the placeholder
};

TEST_F(OidcAttach, AttachTheTokenAsConfigured) {
  const std::string token = "<access token of alice>";
  const AttachCase cases[] = {
      {"auto", false, true, nullptr},         {"auto", true, false, token},
      {"header", false, true, nullptr},       {"header", true, true, token},
      {"placeholder", false, false, nullptr}, {"placeholder", true, false, token}};
  for (const AttachCase& one : cases) {
    const std::string slug = std::string(one.attach) + (one.placeholder ? "-with" : "-without");
    SCOPED_TRACE(slug);
    TestJson extra = {{"base_url", provider_.url() + "/echo"}};
    if (one.placeholder) {
      extra["headers"] = {{{"name", "X-Key"}, {"value", "key={-oauth_access_token-}"}}};
    }
    CreateApi(slug, CodeAuth({{"attach", one.attach}, {"credentials", "per_user"}}), extra);
    Connect(ActingFor("alice"), slug, "alice");
    const TestJson header = one.header ? TestJson("Bearer " + token) : TestJson();
    const TestJson text =
        one.placeholder ? TestJson("key=" + one.text.get<std::string>()) : TestJson();
    const TestJson proxied = SeenByApi(Proxied(ActingFor("alice"), slug + "/x"))["headers"];
    EXPECT_EQ(proxied.value("authorization", TestJson()), header);
    EXPECT_EQ(proxied.value("x-key", TestJson()), text);
    const TestJson run = EnvelopeOf(RunAs(ActingFor("alice"), slug, Get("/x")));
    EXPECT_EQ(run["body"]["headers"].value("authorization", TestJson()), header);
    EXPECT_EQ(run["body"]["headers"].value("x-key", TestJson()), text);
  }
}

TEST_F(OidcAttach, PutTokensWhereverAQueryAsksForThem) {
  CreateApi("api", CodeAuth({{"credentials", "per_user"}}),
            {{"base_url", provider_.url() + "/echo"}});
  const Caller alice = ActingFor("alice");
  Connect(alice, "api", "alice");
  const TestJson query = {
      {"method", "POST"},
      {"path", "/of/{-oauth_access_token-}/items"},
      {"params", {{{"name", "t"}, {"value", "<-oauth_access_token->"}}}},
      {"headers",
       {{{"name", "X-Token"}, {"value", "Token {-oauth_access_token-}"}},
        {{"name", "X-Who"}, {"value", "{-oauth_id_token-}"}}}},
      {"cookies", {{{"name", "c"}, {"value", "{-oauth_access_token-}"}}}},
      {"body", {{"type", "json"}, {"text", R"({"token":"{-oauth_access_token-}","n":1.0})"}}}};
  const TestJson envelope = EnvelopeOf(RunAs(alice, "api", query));
  const TestJson& seen = envelope["body"];
  EXPECT_EQ(seen["url"], "/echo/of/<access token of alice>/items?t=<access token of alice>");
  EXPECT_EQ(seen["headers"]["x-token"], "Token <access token of alice>");
  EXPECT_EQ(seen["headers"]["x-who"], "<id token of alice>");
  EXPECT_EQ(seen["headers"]["cookie"], "c=<access token of alice>");
  EXPECT_EQ(seen["body"], R"({"token":"<access token of alice>","n":1.0})");
  EXPECT_FALSE(seen["headers"].contains("authorization"));

  // What the caller is shown of the request has none of them.
  const std::string shown = envelope["request"].dump();
  for (const std::string& token : provider_.AllTokens()) EXPECT_THAT(shown, Not(HasSubstr(token)));
  EXPECT_THAT(shown, Not(HasSubstr("eyJ"))) << "an id token is a JWT";
  EXPECT_THAT(shown, HasSubstr("********"));
}

TEST_F(OidcAttach, PreviewsNeedNoTokenAndShowNone) {
  CreateApi("api", CodeAuth({{"credentials", "per_user"}}));
  const auto preview = [&](const TestJson& query) {
    return Call(ActingFor("alice"), "POST", "/api/v1/resources/api/request/preview",
                {{"query", query}});
  };
  const TestJson query = {{"method", "GET"},
                          {"path", "/me"},
                          {"params", {{{"name", "t"}, {"value", "{-oauth_access_token-}"}}}}};
  const HttpResponse without = preview(query);
  EXPECT_EQ(without.status, 200) << without.body;
  Connect(ActingFor("alice"), "api", "alice");
  const HttpResponse with = preview(query);
  EXPECT_EQ(with.status, 200) << with.body;
  EXPECT_EQ(TestJson::parse(with.body)["request"], TestJson::parse(without.body)["request"]);
  for (const std::string& token : provider_.AllTokens()) {
    EXPECT_THAT(with.body, Not(HasSubstr(token)));
  }
  EXPECT_THAT(provider_.Events("api"), IsEmpty());
}

TEST_F(OidcAttach, TheTokenWinsOverEveryOtherAuthorization) {
  CreateApi("api", CodeAuth({{"credentials", "per_user"}}),
            {{"headers", {{{"name", "authorization"}, {"value", "Basic cm93"}}}}});
  const Caller alice = ActingFor("alice");
  Connect(alice, "api", "alice");
  TestJson query = Get("/me");
  query["headers"] = {{{"name", "AUTHORIZATION"}, {"value", "Basic cXVlcnk="}}};
  EXPECT_EQ(EnvelopeOf(RunAs(alice, "api", query))["body"]["headers"]["authorization"],
            "Bearer <access token of alice>");
  EXPECT_EQ(SeenByApi(Proxied(alice, "api/me"))["headers"]["authorization"],
            "Bearer <access token of alice>");
}

}  // namespace
}  // namespace sallyport::test
