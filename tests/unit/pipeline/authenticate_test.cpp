#include <gtest/gtest.h>

#include "pipeline/authenticate.h"
#include "pipeline/same_origin.h"
#include "pipeline/trusted_proxy.h"
#include "unit/pipeline/fakes.h"

namespace sallyport::pipeline::test {
namespace {

Result<store::Caller> Judge(Bench& bench, FakeExchange& exchange) {
  const AuthenticationInput input{exchange.head(), exchange.peer(), bench.settings, bench.snapshot,
                                  bench.clock.Now()};
  const Result<store::CallerPointer> caller = Authenticate(input);
  if (!caller) return caller.error();
  return **caller;
}

/// "kind/role/id/user" of the caller, or the kind of error as a number of its status.
std::string Who(Bench& bench, FakeExchange& exchange) {
  const Result<store::Caller> caller = Judge(bench, exchange);
  if (!caller) {
    return caller.error().kind() == ErrorKind::kUnauthenticated ? "401"
           : caller.error().kind() == ErrorKind::kForbidden     ? "403"
                                                                : "400";
  }
  return caller->id + "/" + caller->user.value_or("-");
}

std::string Who(Bench& bench, std::string_view lines, std::string_view method = "GET") {
  FakeExchange exchange(method, "/x", lines);
  return Who(bench, exchange);
}

TEST(Authenticate, KnowsKeysSessionsAndTheBootstrapAdmin) {
  Bench bench;
  EXPECT_EQ(Who(bench, kAdmin), "bootstrap/-");
  EXPECT_EQ(Who(bench, kRunner), "id-spk_runner/-");
  EXPECT_EQ(Who(bench, kSession), "id-sps_alice/alice");
  EXPECT_EQ(Who(bench, "authorization: bearer spk_runner\r\n"), "id-spk_runner/-");
  for (const std::string_view lines :
       {"", "Authorization: Bearer nobody\r\n", "Authorization: Bearer\r\n",
        "Authorization: Basic YTpi\r\n", "Authorization: spk_runner\r\n",
        "Authorization: Bearer admin\r\nAuthorization: Bearer admin\r\n",
        "Authorization: Bearer SPK_RUNNER\r\n"}) {
    EXPECT_EQ(Who(bench, lines), "401") << lines;
  }
}

TEST(Authenticate, KeysAndSessionsEndAtTheirTime) {
  Bench bench;
  bench.AddKey("spk_short", store::Role::kAdmin, {"*"}, false,
               bench.clock.Now() + std::chrono::minutes(1));
  EXPECT_EQ(Who(bench, "Authorization: Bearer spk_short\r\n"), "id-spk_short/-");
  bench.clock.Advance(std::chrono::milliseconds(59999));
  EXPECT_EQ(Who(bench, "Authorization: Bearer spk_short\r\n"), "id-spk_short/-");
  bench.clock.Advance(std::chrono::milliseconds(1));
  EXPECT_EQ(Who(bench, "Authorization: Bearer spk_short\r\n"), "401");
  EXPECT_EQ(Who(bench, kSession), "id-sps_alice/alice");
  bench.clock.Advance(std::chrono::minutes(59));
  EXPECT_EQ(Who(bench, kSession), "401");
}

TEST(Authenticate, SessionsAreRunnersOfTheirResourcesOnly) {
  Bench bench;
  FakeExchange exchange("GET", "/x", kSession);
  const Result<store::Caller> caller = Judge(bench, exchange);
  ASSERT_TRUE(caller);
  EXPECT_EQ(caller->kind, store::CallerKind::kSession);
  EXPECT_EQ(caller->role, store::Role::kRunner);
  EXPECT_TRUE(caller->MayUse("r"));
  EXPECT_FALSE(caller->MayUse("closed"));
  EXPECT_FALSE(caller->act_as_users);
}

TEST(Authenticate, TheCookieHasTheNameThatThePublicUrlAsksFor) {
  Bench bench;
  const std::string_view plain = "Cookie: a=1; sallyport_session=sps_alice\r\n";
  const std::string_view host = "Cookie: __Host-sallyport_session=sps_alice\r\n";
  EXPECT_EQ(Who(bench, plain), "id-sps_alice/alice");
  EXPECT_EQ(Who(bench, host), "401");
  bench.settings.public_url = "https://gateway.example";
  EXPECT_EQ(Who(bench, plain), "401");
  EXPECT_EQ(Who(bench, host), "id-sps_alice/alice");
}

TEST(Authenticate, ACookieHoldsSessionsOnlyAndDoesNotMendABadAuthorization) {
  Bench bench;
  EXPECT_EQ(Who(bench, "Cookie: sallyport_session=admin\r\n"), "401");
  EXPECT_EQ(Who(bench, "Cookie: sallyport_session=spk_runner\r\n"), "401");
  EXPECT_EQ(Who(bench, "Authorization: Bearer x\r\nCookie: sallyport_session=sps_alice\r\n"),
            "401");
}

TEST(Authenticate, CookieCallsThatChangeSomethingMustComeFromOurPages) {
  struct Case {
    std::string_view method, lines, expected;
  };
  for (const Case& c :
       {Case{"GET", "", "id-sps_alice/alice"},
        Case{"HEAD", "Origin: https://evil.example\r\n", "id-sps_alice/alice"},
        Case{"POST", "", "403"}, Case{"DELETE", "", "403"}, Case{"PURGE", "", "403"},
        Case{"POST", "Origin: http://gateway.example\r\n", "id-sps_alice/alice"},
        Case{"POST", "Origin: http://gateway.example:80\r\n", "id-sps_alice/alice"},
        Case{"POST", "Sec-Fetch-Site: same-origin\r\n", "id-sps_alice/alice"},
        Case{"POST", "Origin: null\r\n", "403"},
        Case{"POST", "Origin: https://gateway.example\r\n", "403"},
        Case{"POST", "Origin: https://admin.example\r\n", "403"},
        Case{"POST", "Sec-Fetch-Site: same-site\r\n", "403"},
        Case{"POST", "Origin: https://evil.example\r\nSec-Fetch-Site: same-origin\r\n", "403"},
        Case{"POST", "Origin: http://gateway.example\r\nSec-Fetch-Site: cross-site\r\n", "403"}}) {
    Bench bench;
    EXPECT_EQ(
        Who(bench, "Cookie: sallyport_session=sps_alice\r\n" + std::string(c.lines), c.method),
        c.expected)
        << c.method << " " << c.lines;
  }
}

TEST(Authenticate, SallyportUserNeedsTheRightToIt) {
  Bench bench;
  const char* alice = "Sallyport-User: alice\r\n";
  EXPECT_EQ(Who(bench, kActor + alice), "id-spk_actor/alice");
  EXPECT_EQ(Who(bench, kAdmin + alice), "bootstrap/alice");
  EXPECT_EQ(Who(bench, kRunner + alice), "403");
  EXPECT_EQ(Who(bench, kSession + alice), "403");
  EXPECT_EQ(Who(bench, alice), "401");
  EXPECT_EQ(Who(bench, kActor + "Sallyport-User:\r\n"), "400");
  EXPECT_EQ(Who(bench, kActor + "Sallyport-User: a\r\nSallyport-User: b\r\n"), "400");
  EXPECT_EQ(Who(bench, kActor + "Sallyport-User: \xff\r\n"), "400");
  EXPECT_EQ(Who(bench, kActor + "Sallyport_User: alice\r\n"), "id-spk_actor/-");
  for (const char* lines : {"Sallyport-User:\r\n", "Sallyport-User: \xff\r\n",
                            "Sallyport-User: a\r\nSallyport-User: b\r\n"}) {
    EXPECT_EQ(Who(bench, kRunner + lines), "403") << "the right is judged first: " << lines;
    EXPECT_EQ(Who(bench, kSession + lines), "403") << lines;
  }
}

TEST(Authenticate, OnlyATrustedProxySetsTheUser) {
  Bench bench;
  bench.settings.user_header = "X-Forwarded-User";
  const char* bob = "X-Forwarded-User: bob\r\n";
  EXPECT_EQ(Who(bench, kRunner + bob), "id-spk_runner/-") << "not trusted: dropped";
  bench.settings.trusted_proxies = {*IpBlock::Parse("127.0.0.0/8")};
  EXPECT_EQ(Who(bench, kRunner + bob), "id-spk_runner/bob");
  EXPECT_EQ(Who(bench, kActor + "Sallyport-User: alice\r\nX-Forwarded-User: bob\r\n"),
            "id-spk_actor/bob");
  EXPECT_EQ(Who(bench, kSession + bob), "id-sps_alice/alice") << "a session is its user's";
  EXPECT_EQ(Who(bench, bob), "401") << "the header authenticates nobody";
  EXPECT_EQ(Who(bench, kRunner + "X_Forwarded_User: bob\r\n"), "id-spk_runner/-");
  EXPECT_EQ(Who(bench, kRunner + "X-Forwarded-User: a\r\nX-Forwarded-User: b\r\n"), "400");
  for (const char* blank : {"X-Forwarded-User:\r\n", "X-Forwarded-User: \t\r\n"}) {
    EXPECT_EQ(Who(bench, kRunner + blank), "id-spk_runner/-") << "nobody signed in at the proxy";
    EXPECT_EQ(Who(bench, kActor + "Sallyport-User: alice\r\n" + blank), "id-spk_actor/alice");
    EXPECT_EQ(Who(bench, kRunner + blank + bob), "400") << "two fields, two readings";
  }

  FakeExchange elsewhere("GET", "/x", kRunner + bob);
  elsewhere.From(IpAddress::V4(0x0a000001));
  EXPECT_EQ(Who(bench, elsewhere), "id-spk_runner/-");
}

TEST(Authenticate, TheControlSocketNeedsNoKey) {
  Bench bench;
  FakeExchange exchange("GET", "/x");
  exchange.At(net::Door::kControl);
  const Result<store::Caller> caller = Judge(bench, exchange);
  ASSERT_TRUE(caller);
  EXPECT_EQ(caller->kind, store::CallerKind::kControl);
  EXPECT_TRUE(caller->is_admin());
}

TEST(TrustedProxy, ClientAddressIsTheLastHopThatIsNotTrusted) {
  const std::vector<IpBlock> trusted{*IpBlock::Parse("10.0.0.0/8"), *IpBlock::Parse("127.0.0.1")};
  const auto address = [&](std::string_view peer, std::string_view lines) {
    FakeExchange exchange("GET", "/x", lines);
    return ClientAddress(*IpAddress::Parse(peer), exchange.head().fields, trusted);
  };
  EXPECT_EQ(address("192.0.2.1", "X-Forwarded-For: 1.2.3.4\r\n"), "192.0.2.1");
  EXPECT_EQ(address("10.0.0.1", ""), "10.0.0.1");
  EXPECT_EQ(address("10.0.0.1", "X-Forwarded-For: 1.2.3.4\r\n"), "1.2.3.4");
  EXPECT_EQ(address("10.0.0.1", "X-Forwarded-For: 6.6.6.6, 1.2.3.4, 10.0.0.2\r\n"), "1.2.3.4");
  EXPECT_EQ(address("10.0.0.1", "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 1.2.3.4\r\n"),
            "1.2.3.4");
  EXPECT_EQ(address("10.0.0.1", "X-Forwarded-For: unknown\r\n"), "10.0.0.1");
  EXPECT_EQ(address("::ffff:10.0.0.1", "X-Forwarded-For: 1.2.3.4\r\n"), "1.2.3.4");
}

}  // namespace
}  // namespace sallyport::pipeline::test
