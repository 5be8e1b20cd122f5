// Tokens and a disk that takes no more: no token is used that is not on disk, and none is lost.
#include <gtest/gtest.h>

#include <signal.h>
#include <sys/resource.h>

#include <thread>

#include "support/oauth_fixture.h"

namespace sallyport::test {
namespace {

class OAuthFullDisk : public OAuthFixture {
 protected:
  void SetUp() override {
    previous_ = signal(SIGXFSZ, SIG_IGN);  // inherited: a real full disk sends no signal
    StartOAuthGateway();
    CreateOAuthResource("idp", {{"revocation_url", provider_->url() + "/revoke"}});
  }
  void TearDown() override { signal(SIGXFSZ, previous_); }

  /// A limit on the size of files that the kernel puts on the running process: no write succeeds.
  void FillDisk() {
    const rlimit full{1, RLIM_INFINITY};
    ASSERT_EQ(prlimit(gateway_->pid(), RLIMIT_FSIZE, &full, &unlimited_), 0);
  }
  void FreeDisk() { ASSERT_EQ(prlimit(gateway_->pid(), RLIMIT_FSIZE, &unlimited_, nullptr), 0); }
  HttpResponse CallOfAlice() { return CallAs(For("alice"), "GET", "/proxy/idp/x"); }

 private:
  rlimit unlimited_{};
  sighandler_t previous_ = SIG_DFL;
};

/// The old token is refused (the target's answer is the answer then), or over (there is none).
TEST_F(OAuthFullDisk, UsesNoRefreshedTokenBeforeItIsStored) {
  for (const bool over : {false, true}) {
    TokenPolicy policy;
    policy.lifetime_seconds = over ? 1 : 3600;
    provider_->issuer().SetPolicy(policy);
    SignIn(For("alice"), "idp", "alice");
    provider_->issuer().ExpireAccessTokens();
    policy.lifetime_seconds = 3600;
    provider_->issuer().SetPolicy(policy);
    if (over) std::this_thread::sleep_for(std::chrono::milliseconds(1100));
    const std::size_t asked = provider_->token_requests().size();
    FillDisk();
    for (int i = 0; i < 3; ++i) {
      const HttpResponse response = CallOfAlice();
      EXPECT_EQ(response.status, over ? 503 : 401) << response.body;
      EXPECT_EQ(CodeOf(response), over ? "store_unavailable" : "") << response.body;
      EXPECT_EQ(response.Header("Retry-After").has_value(), over);
    }
    // A rotated refresh token is good once: what it brought is kept for when there is room.
    EXPECT_EQ(provider_->token_requests().size(), asked + 1);
    const std::vector<std::string> issued = provider_->issuer().issued();
    const std::string newest = "Bearer " + issued.at(issued.size() - 2);
    for (const SeenRequest& call : provider_->api_requests()) {
      EXPECT_NE(call.Field("Authorization"), newest);
    }
    FreeDisk();
    EXPECT_EQ(OwnerIn(CallOfAlice()), "alice");
    gateway_->Kill();
    ASSERT_TRUE(gateway_->Start()) << gateway_->stderr_text();
    EXPECT_EQ(OwnerIn(CallOfAlice()), "alice");
    EXPECT_EQ(provider_->api_requests().back().Field("Authorization"), newest);
    EXPECT_EQ(provider_->token_requests().size(), asked + 1);
    EXPECT_FALSE(provider_->issuer().any_grant_dead());
  }
}

TEST_F(OAuthFullDisk, EndsASignInWithAPageAndRevokesWhatItCouldNotStore) {
  const DepartedBrowser browser = Depart(For("alice"), "idp");
  FillDisk();
  const HttpResponse page = ReturnWithCode(browser, "alice");
  EXPECT_EQ(page.status, 400) << page.body;
  EXPECT_NE(page.body.find("could not be stored"), std::string::npos) << page.body;
  EXPECT_EQ(provider_->requests("/revoke").size(), 2U);
  FreeDisk();
  EXPECT_EQ(OwnerIn(CallOfAlice()), "login_required");
  SignIn(For("alice"), "idp", "alice");
  EXPECT_EQ(OwnerIn(CallOfAlice()), "alice");
}

/// What cannot be deleted is not gone, and whoever asked for it is told so.
TEST_F(OAuthFullDisk, DisconnectsNobodyHalfway) {
  SignIn(For("alice"), "idp", "alice");
  FillDisk();
  const HttpResponse refused = CallAs(For("alice"), "DELETE", "/api/v1/resources/idp/connection");
  EXPECT_EQ(refused.status, 503) << refused.body;
  EXPECT_TRUE(provider_->requests("/revoke").empty());
  EXPECT_EQ(OwnerIn(CallOfAlice()), "alice");  // traffic does not need the disk
  FreeDisk();
  EXPECT_EQ(CallAs(For("alice"), "DELETE", "/api/v1/resources/idp/connection").status, 204);
  EXPECT_EQ(OwnerIn(CallOfAlice()), "login_required");
}

/// That a refresh failed is noted on disk where that is possible; the calls do not depend on it.
TEST_F(OAuthFullDisk, ServesCallsWhoseFailedRefreshCannotBeNoted) {
  SignIn(For("alice"), "idp", "alice");
  provider_->issuer().ExpireAccessTokens();
  FillDisk();
  provider_->AnswerTokenOnce(ScriptedAnswer::Json(500, "down"));
  EXPECT_EQ(CallOfAlice().status, 401);  // the target's, passed on
  EXPECT_TRUE(gateway_->WaitForStderr("a failed refresh was not noted", std::chrono::seconds(10)));
  FreeDisk();
}

}  // namespace
}  // namespace sallyport::test
