// Tokens that end with a session that runs out: nobody asks for it, so the purge tells the service.
#include "unit/oauth/service_fixture.h"

namespace sallyport::oauth {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

class ServiceEnd : public ServiceTest {
 protected:
  void SetUp() override {
    Json auth = ProviderAuth();
    auth["credentials"] = "per_session";
    auth["revocation_url"] = "https://idp.example/revoke";
    MakeResource(auth);
  }
  void Start(const std::string& id, minutes lasts) {
    const store::Session session = test::SampleSession(id, "alice", clock.Now() + lasts);
    ASSERT_TRUE(Run(store_->CreateSession(session, test::Audit("session.create"))));
  }
  void Connect(const store::TokenOwnerId& whose) {
    store::TokenSet set;
    set.resource_id = resource_id;
    set.owner = whose;
    set.user = "alice";
    set.fingerprint = Compiled()->oauth->fingerprint;
    set.tokens.access_token = Secret("access-of-" + whose.id);
    set.tokens.refresh_token = Secret("refresh-of-" + whose.id);
    const store::Precondition none;
    ASSERT_TRUE(Run(store_->PutTokens(set, none, std::nullopt)));
  }
  void Purge() {
    for (int i = 0; i < 2; ++i) (void)Run(store_->Check());  // it runs behind a call
  }
  /// Is this among what the provider was told to forget?
  [[nodiscard]] std::size_t Revoked(const std::string& token) const {
    std::size_t count = 0;
    for (const Script::Seen& seen : script.seen()) {
      EXPECT_EQ(seen.url, "https://idp.example/revoke");
      if (seen.body.find("token=" + token) != std::string::npos) ++count;
    }
    return count;
  }
  [[nodiscard]] bool WaitForRevocations(std::size_t count) const {
    return test::WaitUntil([&] { return script.count() == count; }, seconds(10));
  }
};

TEST_F(ServiceEnd, TokensOfASessionThatRanOutAreRevokedWhenThePurgeRemovesThem) {
  Start("short", minutes(5));
  Start("long", minutes(60));
  Connect({store::OwnerKind::kSession, "short"});
  Connect({store::OwnerKind::kSession, "long"});
  Connect({store::OwnerKind::kUser, "short"});
  script.Answer(200, "");
  clock.Advance(minutes(4));
  Purge();
  EXPECT_EQ(store_->snapshot()->tokens.size(), 3U);
  clock.Advance(minutes(2));
  Purge();
  EXPECT_EQ(store_->snapshot()->tokens.size(), 2U);
  ASSERT_TRUE(WaitForRevocations(2)) << script.count();
  EXPECT_EQ(Revoked("access-of-short"), 1U);
  EXPECT_EQ(Revoked("refresh-of-short"), 1U);
}

TEST_F(ServiceEnd, ManyAtOnceAreRevokedAFewAtATimeAndAProviderThatFailsStopsNone) {
  constexpr int kSessions = 30;
  for (int i = 0; i < kSessions; ++i) {
    const std::string id = "s" + std::to_string(i);
    Start(id, minutes(5));
    Connect({store::OwnerKind::kSession, id});
  }
  script.Answer(503, "");
  script.Hold();
  clock.Advance(minutes(6));
  Purge();
  ASSERT_TRUE(test::WaitUntil([this] { return script.count() > 0; }, seconds(10)));
  EXPECT_LE(script.count(), 8U) << "nobody waits for them";
  script.Release();
  EXPECT_TRUE(WaitForRevocations(2 * kSessions)) << script.count();
}

}  // namespace
}  // namespace sallyport::oauth
