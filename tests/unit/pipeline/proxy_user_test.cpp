// Whom a reverse proxy names, for the pages that need no caller.
#include <gtest/gtest.h>

#include "pipeline/authenticate.h"
#include "unit/pipeline/fakes.h"

namespace sallyport::pipeline::test {
namespace {

class ProxyUser : public testing::Test {
 protected:
  void SetUp() override {
    bench.settings.user_header = "X-Forwarded-User";
    bench.settings.trusted_proxies = {*IpBlock::Parse("127.0.0.0/8")};
  }
  /// The user that the page is told of; "-" for none, the status when it is not asked.
  std::string Told(std::string_view lines, std::string_view path = "/connect/t",
                   const IpAddress& from = IpAddress::V4(0x7f000001)) {
    FakeExchange exchange("GET", path, lines);
    exchange.From(from);
    bench.Run(exchange);
    if (exchange.status != 200) return std::to_string(exchange.status);
    return bench.api.request.proxy_user.value_or("-");
  }

  Bench bench;
};

TEST_F(ProxyUser, GoesWithAPageWhenATrustedProxyNamesHim) {
  EXPECT_EQ(Told("X-Forwarded-User: bob\r\n"), "bob");
  EXPECT_EQ(Told(""), "-");
  EXPECT_EQ(Told("X-Forwarded-User:\r\n"), "-") << "nobody signed in at the proxy";
  EXPECT_EQ(Told("X_Forwarded_User: bob\r\n"), "-");
  EXPECT_EQ(Told("X-Forwarded-User: a\r\nX-Forwarded-User: b\r\n"), "400");
  EXPECT_EQ(Told("X-Forwarded-User: bob\r\n", "/connect/t", IpAddress::V4(0x0a000001)), "-")
      << "not trusted";
  bench.settings.user_header.clear();
  EXPECT_EQ(Told("X-Forwarded-User: bob\r\n"), "-");
}

TEST_F(ProxyUser, IsPartOfTheCallerEverywhereElse) {
  EXPECT_EQ(Told(kRunner + "X-Forwarded-User: bob\r\n", "/api/v1/things"), "-");
  EXPECT_EQ(bench.api.caller.user, "bob");
}

}  // namespace
}  // namespace sallyport::pipeline::test
