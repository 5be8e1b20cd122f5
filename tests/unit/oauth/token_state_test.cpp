// Every row of "what to do about a token" in section 7 of the contract.
#include "sallyport/oauth/token_state.h"

#include <gtest/gtest.h>

namespace sallyport::oauth {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr SystemTime kIssued{seconds(1'767'225'600)};
constexpr SteadyTime kSteady{seconds(1000)};

struct Row {
  std::string_view what;
  TokenAction expected = TokenAction::kUse;
  std::int64_t age = 0;  ///< seconds since the token was issued
  std::optional<std::int64_t> lifetime = 3600;
  bool refresh_token = true;
  bool dead = false;
  bool client_credentials = false;
  bool other_fingerprint = false;
  bool backing_off = false;
  std::optional<std::int64_t> refused_version = {};
  bool none = false;
};

TokenAction Judge(const Row& row) {
  request::OAuthSettings settings;
  settings.fingerprint = "f";
  if (row.client_credentials) settings.grant = request::Grant::kClientCredentials;
  store::TokenSet tokens;
  tokens.version = 7;
  tokens.fingerprint = row.other_fingerprint ? "g" : "f";
  tokens.tokens.access_token = Secret("a");
  if (row.refresh_token) tokens.tokens.refresh_token = Secret("r");
  tokens.dead = row.dead;
  tokens.obtained_at = kIssued;
  if (row.lifetime) tokens.expires_at = kIssued + seconds(*row.lifetime);
  TokenQuestion question;
  question.tokens = row.none ? nullptr : &tokens;
  question.settings = &settings;
  question.now = kIssued + seconds(row.age);
  question.steady = kSteady;
  if (row.backing_off) question.failures = {1, kSteady + seconds(1)};
  question.refused_version = row.refused_version;
  return Decide(question);
}

TEST(Decide, FollowsTheContract) {
  using A = TokenAction;
  const std::vector<Row> rows = {
      {.what = "fresh", .expected = A::kUse},
      {.what = "just before the early refresh", .expected = A::kUse, .age = 3539},
      {.what = "60 s left", .expected = A::kRefresh, .age = 3540},
      {.what = "1 s left", .expected = A::kRefresh, .age = 3599},
      {.what = "expired", .expected = A::kMustRefresh, .age = 3600},
      {.what = "short life, first half", .expected = A::kUse, .age = 19, .lifetime = 40},
      {.what = "short life, half over", .expected = A::kRefresh, .age = 20, .lifetime = 40},
      {.what = "no expiry known", .expected = A::kUse, .age = 99'999'999, .lifetime = {}},
      {.what = "no expiry, no refresh token",
       .expected = A::kUse,
       .age = 99'999'999,
       .lifetime = {},
       .refresh_token = false},
      {.what = "near its end without refresh token",
       .expected = A::kUse,
       .age = 3599,
       .refresh_token = false},
      {.what = "expired without refresh token",
       .expected = A::kLogin,
       .age = 3600,
       .refresh_token = false},
      {.what = "dead", .expected = A::kLogin, .dead = true},
      {.what = "dead and refused", .expected = A::kLogin, .dead = true, .refused_version = 7},
      {.what = "dead and expired", .expected = A::kLogin, .age = 3600, .dead = true},
      {.what = "none", .expected = A::kLogin, .none = true},
      {.what = "none any more, refused", .expected = A::kLogin, .refused_version = 7, .none = true},
      {.what = "of other settings", .expected = A::kLogin, .other_fingerprint = true},
      {.what = "back-off, still valid", .expected = A::kUse, .age = 3599, .backing_off = true},
      {.what = "back-off, expired", .expected = A::kBackOff, .age = 3600, .backing_off = true},
      {.what = "expired, no refresh token, back-off",
       .expected = A::kLogin,
       .age = 3600,
       .refresh_token = false,
       .backing_off = true},
      {.what = "refused", .expected = A::kMustRefresh, .refused_version = 7},
      {.what = "refused without expiry",
       .expected = A::kMustRefresh,
       .lifetime = {},
       .refused_version = 7},
      {.what = "an older one was refused", .expected = A::kUse, .refused_version = 6},
      {.what = "an older one was refused, this is near its end",
       .expected = A::kRefresh,
       .age = 3599,
       .refused_version = 6},
      {.what = "refused without refresh token",
       .expected = A::kPassOn,
       .refresh_token = false,
       .refused_version = 7},
      {.what = "refused in back-off",
       .expected = A::kPassOn,
       .backing_off = true,
       .refused_version = 7},
      {.what = "client: none yet",
       .expected = A::kMustRefresh,
       .client_credentials = true,
       .none = true},
      {.what = "client: none yet, back-off",
       .expected = A::kBackOff,
       .client_credentials = true,
       .backing_off = true,
       .none = true},
      {.what = "client: fresh",
       .expected = A::kUse,
       .refresh_token = false,
       .client_credentials = true},
      {.what = "client: near its end",
       .expected = A::kRefresh,
       .age = 3599,
       .refresh_token = false,
       .client_credentials = true},
      {.what = "client: expired",
       .expected = A::kMustRefresh,
       .age = 3600,
       .refresh_token = false,
       .client_credentials = true},
      {.what = "client: refused",
       .expected = A::kMustRefresh,
       .refresh_token = false,
       .client_credentials = true,
       .refused_version = 7},
      {.what = "client: dead is fetched again",
       .expected = A::kMustRefresh,
       .dead = true,
       .client_credentials = true},
      {.what = "client: of other settings",
       .expected = A::kMustRefresh,
       .client_credentials = true,
       .other_fingerprint = true},
  };
  for (const Row& row : rows) EXPECT_EQ(Judge(row), row.expected) << row.what;
}

TEST(Decide, TriesAgainAtTheEndOfTheBackOff) {
  request::OAuthSettings settings;
  store::TokenSet tokens;
  tokens.tokens.refresh_token = Secret("r");
  tokens.expires_at = kIssued;
  TokenQuestion question{&tokens, &settings, kIssued, kSteady, {1, kSteady + milliseconds(1)}, {}};
  EXPECT_EQ(Decide(question), TokenAction::kBackOff);
  question.steady += milliseconds(1);
  EXPECT_EQ(Decide(question), TokenAction::kMustRefresh);
}

TEST(RefreshAt, IsEarlyByTheSettingButAtMostByHalfTheLifetime) {
  struct Case {
    std::int64_t lifetime, before, expected;
  };
  request::OAuthSettings settings;
  store::TokenSet tokens;
  tokens.obtained_at = kIssued;
  for (const Case& c :
       {Case{3600, 60, 3540}, Case{3600, 0, 3600}, Case{120, 60, 60}, Case{119, 60, 60},
        Case{100, 60, 50}, Case{10, 600, 5}, Case{2, 60, 1}, Case{0, 60, 0}, Case{-5, 60, -5}}) {
    settings.refresh_before_seconds = c.before;
    tokens.expires_at = kIssued + seconds(c.lifetime);
    const auto at = RefreshAt(tokens, settings).value() - kIssued;
    EXPECT_EQ(std::chrono::ceil<seconds>(at).count(), c.expected) << c.lifetime << " " << c.before;
  }
  tokens.expires_at.reset();
  EXPECT_FALSE(RefreshAt(tokens, settings));
}

TEST(RefreshAt, CountsTheLifetimeFromTheLastRefresh) {
  request::OAuthSettings settings;
  settings.refresh_before_seconds = 600;
  store::TokenSet tokens;
  tokens.obtained_at = kIssued;
  tokens.last_refresh_at = kIssued + seconds(10'000);
  tokens.expires_at = kIssued + seconds(10'100);
  EXPECT_EQ(RefreshAt(tokens, settings), kIssued + seconds(10'050));
}

TEST(AfterFailure, BacksOffFromOneSecondDoublingToSixty) {
  RefreshFailures failures;
  for (const int expected : {1, 2, 4, 8, 16, 32, 60, 60, 60}) {
    failures = AfterFailure(failures, kSteady);
    EXPECT_EQ(failures.not_before - kSteady, seconds(expected));
  }
}

TEST(TokenKey, TellsOwnersApart) {
  using store::OwnerKind;
  EXPECT_EQ(store::TokenKey(3, {OwnerKind::kUser, "alice"}), "3/user/alice");
  EXPECT_EQ(store::TokenKey(3, {OwnerKind::kSession, "alice"}), "3/session/alice");
  EXPECT_EQ(store::TokenKey(3, {OwnerKind::kShared, ""}), "3/shared/");
  EXPECT_EQ(store::TokenKey(31, {OwnerKind::kClient, ""}), "31/client/");
  EXPECT_NE(store::TokenKey(3, {OwnerKind::kUser, "1/user/x"}),
            store::TokenKey(31, {OwnerKind::kUser, "x"}));
}

}  // namespace
}  // namespace sallyport::oauth
