// kill -9 around refreshes, at a provider that rotates refresh tokens: a token that was used was on
// disk before, so that no restart loses a sign-in.
#include <gtest/gtest.h>

#include <signal.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <thread>

#include "support/oauth_fixture.h"

namespace sallyport::test {
namespace {

/// TEST_CRASH_ROUNDS, else two hundred: some ten seconds.
int Rounds() {
  const char* text = std::getenv("TEST_CRASH_ROUNDS");
  const int rounds = text == nullptr ? 0 : std::atoi(text);
  return rounds > 0 ? rounds : 200;
}

/// Where in the life of a refresh the process dies.
enum class Moment : int {
  kBeforeTheAnswer,  ///< the provider has rotated, and says nothing
  kAroundTheAnswer,  ///< from the answer on, some milliseconds later
  kAtFirstUse,       ///< the target has the new token and says nothing
  kAfterFirstUse,    ///< the caller has its answer
};
constexpr int kMoments = 4;

class OAuthCrash : public OAuthFixture {
 protected:
  void SetUp() override {
    StartOAuthGateway();
    CreateOAuthResource("idp");
    // The previous refresh token stays good until something of the new answer is used, as at real
    // providers: what was lost between their socket and our disk no client can know.
    TokenPolicy policy;
    policy.tolerates_lost_answers = true;
    provider_->issuer().SetPolicy(policy);
    provider_->On("/token", [this](const SeenRequest& request) { return AnswerToken(request); });
    provider_->On("/api/x", [this](const SeenRequest& request) { return AnswerCall(request); });
  }

  ScriptedAnswer AnswerToken(const SeenRequest& request) {
    ScriptedAnswer answer = provider_->Issue(request);
    if (!armed_) return answer;
    if (moment_ == Moment::kBeforeTheAnswer) {
      KillNow();
      return ScriptedAnswer::Raw("", ScriptedAnswer::Then::kClose);
    }
    if (moment_ == Moment::kAroundTheAnswer) {
      killer_ = std::thread([this] {
        std::this_thread::sleep_for(delay_);
        KillNow();
      });
    }
    return answer;
  }

  ScriptedAnswer AnswerCall(const SeenRequest& request) {
    ScriptedAnswer answer = provider_->Serve(request);
    if (answer.status == 200) NoteUse(request.Field("Authorization"));
    if (!armed_ || answer.status != 200 || moment_ != Moment::kAtFirstUse) return answer;
    KillNow();
    return ScriptedAnswer::Raw("", ScriptedAnswer::Then::kClose);
  }

  void KillNow() { ::kill(victim_, SIGKILL); }

  /// Tokens end in a number that grows.
  void NoteUse(const std::string& authorization) {
    const int number = std::atoi(authorization.substr(authorization.rfind('-') + 1).c_str());
    went_back_ = went_back_ || number < newest_used_;
    newest_used_ = number;
  }

  /// One call that refreshes, and the end of the process at `moment`.
  void CrashAt(Moment moment, std::chrono::microseconds delay, const HeaderList& caller) {
    provider_->issuer().ExpireAccessTokens();
    moment_ = moment;
    delay_ = delay;
    victim_ = gateway_->pid();
    armed_ = true;
    (void)CallAs(caller, "GET", "/proxy/idp/x");
    if (killer_.joinable()) killer_.join();
    armed_ = false;
    gateway_->Kill();
    ASSERT_TRUE(gateway_->Start()) << gateway_->stderr_text();
  }

  std::atomic<bool> armed_{false};
  std::atomic<Moment> moment_{};
  std::atomic<pid_t> victim_{0};
  std::chrono::microseconds delay_{};  ///< written before it is armed
  std::thread killer_;                 ///< one token request at a time
  std::atomic<int> newest_used_{0};
  std::atomic<bool> went_back_{false};
};

TEST_F(OAuthCrash, LosesNoSignInAndNoTokenThatWasUsed) {
  const HeaderList alice = For("alice");
  SignIn(alice, "idp", "alice");
  for (int round = 0; round < Rounds(); ++round) {
    const auto moment = static_cast<Moment>(round % kMoments);
    // 0 to 6 ms after the answer: before, in and after the write to disk.
    const std::chrono::microseconds delay(250 * (round / kMoments % 25));
    CrashAt(moment, delay, alice);
    if (HasFatalFailure()) return;
    const int used = newest_used_;
    const std::size_t asked = provider_->token_requests().size();
    ASSERT_EQ(OwnerIn(CallAs(alice, "GET", "/proxy/idp/x")), "alice")
        << "round " << round << ", moment " << round % kMoments << ", " << delay.count() << " us";
    // A use of a token that was not on disk would make the provider end the grant at the next
    // refresh; and the token that was used is the one that is there now.
    ASSERT_FALSE(provider_->issuer().any_grant_dead()) << round;
    ASSERT_FALSE(went_back_) << round;
    if (moment == Moment::kAtFirstUse || moment == Moment::kAfterFirstUse) {
      EXPECT_EQ(newest_used_, used) << round;
      EXPECT_EQ(provider_->token_requests().size(), asked) << round;
    }
  }
  EXPECT_GT(newest_used_, 0);
}

}  // namespace
}  // namespace sallyport::test
