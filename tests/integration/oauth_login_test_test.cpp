// The login test as a call to a target: its limits, what it sends, and why it knows nothing.
#include <gmock/gmock.h>

#include <chrono>

#include "support/oauth_fixture.h"

namespace sallyport::test {
namespace {

using testing::HasSubstr;

class OAuthLoginTest : public OAuthFixture {
 protected:
  void SetUp() override { StartOAuthGateway(); }

  void CreateTestable(const std::string& test_url, const TestJson& more = TestJson::object()) {
    TestJson extra = {{"login_test_url", test_url}};
    extra.update(more);
    CreateOAuthResource("idp", TestJson::object(), extra);
    SignIn(For("alice"), "idp", "alice");
  }
  TestJson Test() {
    const HttpResponse response = CallAs(For("alice"), "GET", "/api/v1/resources/idp/login");
    EXPECT_EQ(response.status, 200) << response.body;
    return TestJson::parse(response.body);
  }
};

TEST_F(OAuthLoginTest, WaitsNoLongerThanTheResourceSays) {
  provider_->On("/api/slow", [](const SeenRequest& /*request*/) {
    return ScriptedAnswer::Raw("", ScriptedAnswer::Then::kHang);
  });
  CreateTestable(provider_->url() + "/api/slow",
                 {{"timeouts", {{"connect_ms", 500}, {"first_byte_ms", 500}, {"total_ms", 500}}}});
  const auto start = std::chrono::steady_clock::now();
  const TestJson tested = Test();
  const auto took = std::chrono::steady_clock::now() - start;
  EXPECT_EQ(tested["state"], "unknown");
  EXPECT_THAT(tested.value("reason", ""), HasSubstr("500 ms"));
  EXPECT_GE(took, std::chrono::milliseconds(500));
  EXPECT_LT(took, std::chrono::seconds(5)) << "far less than timeouts.token";
}

TEST_F(OAuthLoginTest, TakesAnyAnswerUnlessTheResourceSaysOtherwise) {
  CreateTestable(provider_->url() + "/api/me");
  EXPECT_EQ(Test()["state"], "signed_in");
  EXPECT_EQ(provider_->requests("/api/me").at(0).Field("Accept"), "*/*");
  const TestJson edit = {{"headers", {{{"name", "accept"}, {"value", "text/x"}}}}};
  ASSERT_EQ(Api("PATCH", "/api/v1/resources/idp", edit).status, 200);
  EXPECT_EQ(Test()["reason"], nullptr);
  EXPECT_EQ(provider_->requests("/api/me").at(1).Field("Accept"), "text/x");
}

TEST_F(OAuthLoginTest, SaysThatTokensDoNotGoToItsOrigin) {
  CreateTestable("http://elsewhere.example/me");
  const TestJson tested = Test();
  EXPECT_EQ(tested["state"], "unknown");
  EXPECT_THAT(tested.value("reason", ""),
              HasSubstr("add \"http://elsewhere.example\" to extra_origins"));
}

}  // namespace
}  // namespace sallyport::test
