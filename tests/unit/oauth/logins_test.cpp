#include "sallyport/oauth/logins.h"

#include <gtest/gtest.h>

#include "oauth/timed_table.h"
#include "sallyport/oauth/login_cookie.h"
#include "support/fake_clock.h"

namespace sallyport::oauth {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using Verdict = Logins::Verdict;

constexpr std::string_view kRedirect = "https://gw.example/oauth/callback";

LoginRequest RequestOf(std::string user, std::int64_t resource_id = 1) {
  LoginRequest request;
  request.resource_id = resource_id;
  request.resource = "github";
  request.owner = {store::OwnerKind::kUser, user};
  request.user = std::move(user);
  return request;
}

class LoginsTest : public testing::Test {
 protected:
  std::string Ticket(std::string user = "alice", std::int64_t resource_id = 1) {
    return logins.MakeTicket(RequestOf(std::move(user), resource_id)).value;
  }
  std::optional<Logins::Started> Begin(std::string_view ticket, bool pkce = true) {
    return logins.Begin(ticket, {std::string(kRedirect), pkce, false});
  }

  test::FakeClock clock;
  Logins logins{clock};
};

TEST_F(LoginsTest, ATicketLeadsToAStateAndBack) {
  const Logins::Ticket ticket = logins.MakeTicket(RequestOf("alice"));
  EXPECT_EQ(ticket.value.size(), 43U);  // 256 bits
  EXPECT_EQ(ticket.expires_at, clock.Now() + minutes(10));
  ASSERT_TRUE(logins.PeekTicket(ticket.value));
  EXPECT_EQ(logins.PeekTicket(ticket.value)->user, "alice");

  const auto started = Begin(ticket.value);
  ASSERT_TRUE(started);
  EXPECT_EQ(started->state.size(), 43U);
  EXPECT_EQ(started->browser_secret.size(), 43U);
  EXPECT_NE(started->state, started->browser_secret);
  EXPECT_EQ(started->login.code_verifier.size(), 43U);

  const Logins::Found found = logins.Take(started->state, {started->browser_secret});
  ASSERT_EQ(found.verdict, Verdict::kOk);
  EXPECT_EQ(found.login.request.user, "alice");
  EXPECT_EQ(found.login.code_verifier, started->login.code_verifier);
  EXPECT_EQ(found.login.redirect_uri, kRedirect);
}

TEST_F(LoginsTest, ATicketWorksOnce) {
  const std::string ticket = Ticket();
  EXPECT_TRUE(logins.PeekTicket(ticket));
  EXPECT_TRUE(logins.PeekTicket(ticket));  // looking does not use it up
  EXPECT_TRUE(Begin(ticket));
  EXPECT_FALSE(Begin(ticket));
  EXPECT_FALSE(logins.PeekTicket(ticket));
  EXPECT_FALSE(Begin("guess"));
  EXPECT_FALSE(Begin(""));
}

TEST_F(LoginsTest, ATicketLivesTenMinutes) {
  const std::string young = Ticket();
  clock.Advance(minutes(10) - milliseconds(1));
  EXPECT_TRUE(logins.PeekTicket(young));
  clock.Advance(milliseconds(1));
  EXPECT_FALSE(logins.PeekTicket(young));
  EXPECT_FALSE(Begin(young));
}

TEST_F(LoginsTest, AStateLivesTenMinutesFromItsStart) {
  const std::string first = Ticket();
  const std::string second = Ticket();
  clock.Advance(minutes(9));
  const auto early = Begin(first);
  const auto late = Begin(second);
  clock.Advance(minutes(10) - milliseconds(1));
  EXPECT_EQ(logins.Take(early->state, {early->browser_secret}).verdict, Verdict::kOk);
  clock.Advance(milliseconds(1));
  EXPECT_EQ(logins.Take(late->state, {late->browser_secret}).verdict, Verdict::kUnknownState);
}

TEST_F(LoginsTest, AStateWorksOnce) {
  const auto started = Begin(Ticket());
  EXPECT_EQ(logins.Take(started->state, {started->browser_secret}).verdict, Verdict::kOk);
  EXPECT_EQ(logins.Take(started->state, {started->browser_secret}).verdict, Verdict::kUnknownState);
  EXPECT_EQ(logins.Take("guess", {started->browser_secret}).verdict, Verdict::kUnknownState);
}

TEST_F(LoginsTest, AnotherBrowserDoesNotUseTheStateUp) {
  const auto mine = Begin(Ticket("alice"));
  const auto other = Begin(Ticket("mallory"));
  EXPECT_EQ(logins.Take(mine->state, {}).verdict, Verdict::kOtherBrowser);
  EXPECT_EQ(logins.Take(mine->state, {"", "guess", other->browser_secret}).verdict,
            Verdict::kOtherBrowser);
  EXPECT_EQ(logins.Take(mine->state, {"guess", mine->browser_secret}).verdict, Verdict::kOk);
}

TEST_F(LoginsTest, AnotherUserDoesNotUseTheStateUp) {
  const auto mine = Begin(Ticket("alice"));
  const std::vector<std::string> secrets{mine->browser_secret};
  EXPECT_EQ(logins.Take(mine->state, {"guess"}, {"bob"}).verdict, Verdict::kOtherBrowser);
  EXPECT_EQ(logins.Take(mine->state, secrets, {"bob"}).verdict, Verdict::kOtherUser);
  EXPECT_EQ(logins.Take(mine->state, secrets, {"alice", "bob"}).verdict, Verdict::kOtherUser);
  EXPECT_EQ(logins.Take(mine->state, secrets, {"alice", "alice"}).verdict, Verdict::kOk);
  EXPECT_FALSE(IsForAnother(RequestOf("alice"), {})) << "nobody is known of the browser";
  EXPECT_FALSE(IsForAnother(RequestOf(""), {"bob"})) << "tokens for everybody";
}

TEST_F(LoginsTest, TwoAtOnceInOneBrowserBothWork) {
  const auto first = Begin(Ticket("alice", 1));
  const auto second = Begin(Ticket("alice", 2));
  const std::string cookies =
      LoginCookieName("https://gw", first->state) + "=" + first->browser_secret + "; a=b; " +
      LoginCookieName("https://gw", second->state) + "=" + second->browser_secret;
  const std::vector<std::string> secrets = BrowserSecrets({cookies});
  EXPECT_EQ(secrets, (std::vector<std::string>{first->browser_secret, second->browser_secret}));
  EXPECT_EQ(logins.Take(second->state, secrets).login.request.resource_id, 2);
  EXPECT_EQ(logins.Take(first->state, secrets).login.request.resource_id, 1);
}

TEST_F(LoginsTest, WithoutPkceThereIsNoVerifier) {
  EXPECT_EQ(Begin(Ticket(), false)->login.code_verifier, "");
}

TEST_F(LoginsTest, NothingIsHandedOutTwice) {
  const auto first = Begin(Ticket());
  const auto second = Begin(Ticket());
  EXPECT_NE(first->state, second->state);
  EXPECT_NE(first->browser_secret, second->browser_secret);
  EXPECT_NE(first->login.code_verifier, second->login.code_verifier);
}

TEST_F(LoginsTest, DeletingAResourceEndsItsSignIns) {
  const std::string ticket = Ticket("alice", 1);
  const auto started = Begin(Ticket("alice", 1));
  const std::string other = Ticket("alice", 2);
  logins.DropResource(1);
  EXPECT_FALSE(logins.PeekTicket(ticket));
  EXPECT_EQ(logins.Take(started->state, {started->browser_secret}).verdict, Verdict::kUnknownState);
  EXPECT_TRUE(logins.PeekTicket(other));
}

TEST_F(LoginsTest, EndingASessionEndsItsSignIns) {
  LoginRequest request = RequestOf("alice");
  request.owner = {store::OwnerKind::kSession, "s1"};
  const std::string of_session = logins.MakeTicket(request).value;
  const std::string of_user = Ticket("alice");
  logins.DropOwner({store::OwnerKind::kSession, "s1"});
  EXPECT_FALSE(logins.PeekTicket(of_session));
  EXPECT_TRUE(logins.PeekTicket(of_user));
}

TEST(TimedTable, TheOldestMakeRoom) {
  const test::FakeClock clock;
  TimedTable<int> table(clock, minutes(1), 2);
  table.Put("a", 1);
  table.Put("b", 2);
  table.Put("c", 3);
  EXPECT_EQ(table.Find("a"), nullptr);
  ASSERT_NE(table.Find("b"), nullptr);
  EXPECT_EQ(table.Take("b"), 2);
  table.Put("d", 4);
  EXPECT_NE(table.Find("c"), nullptr);  // there was room
}

TEST(TimedTable, WhatIsOldIsForgottenWithTheNextEntry) {
  test::FakeClock clock;
  TimedTable<std::shared_ptr<int>> table(clock, minutes(1), 10);
  const auto item = std::make_shared<int>(1);
  table.Put("a", item);
  clock.Advance(minutes(1));
  EXPECT_EQ(table.Find("a"), nullptr);
  table.Put("b", nullptr);
  EXPECT_EQ(item.use_count(), 1);
}

TEST(LoginCookie, BindsOneBrowserToOneState) {
  const std::string name = LoginCookieName("https://gw.example", "state");
  EXPECT_TRUE(name.starts_with("__Host-sallyport_login_"));
  EXPECT_NE(name, LoginCookieName("https://gw.example", "other"));
  EXPECT_EQ(name.find("state"), std::string::npos);
  EXPECT_EQ(BindBrowser("https://gw.example", "state", "s3cret"),
            name + "=s3cret; Path=/; Max-Age=600; HttpOnly; SameSite=Lax; Secure");
  const std::string plain = LoginCookieName("http://127.0.0.1:8080", "state");
  EXPECT_EQ("__Host-" + plain, name);
  EXPECT_EQ(UnbindBrowser("http://127.0.0.1:8080", "state"),
            plain + "=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
}

TEST(LoginCookie, IsKnownByItsName) {
  EXPECT_TRUE(IsLoginCookieName("sallyport_login_0123456789abcdef"));
  EXPECT_TRUE(IsLoginCookieName("__Host-sallyport_login_0123456789abcdef"));
  for (const std::string_view other :
       {"", "sallyport_session", "__Host-sallyport_session", "x_sallyport_login_1", "__Host-"}) {
    EXPECT_FALSE(IsLoginCookieName(other)) << other;
  }
  EXPECT_EQ(BrowserSecrets({"a=1; sallyport_login_x=y", "sallyport_session=z"}),
            std::vector<std::string>{"y"});
}

}  // namespace
}  // namespace sallyport::oauth
