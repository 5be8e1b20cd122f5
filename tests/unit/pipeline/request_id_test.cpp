#include "pipeline/request_id.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "unit/pipeline/fakes.h"

namespace sallyport::pipeline::test {
namespace {

TEST(RequestIds, NewOnesNeverRepeat) {
  RequestIds ids;
  std::set<std::string> seen;
  const FakeExchange exchange("GET", "/x");
  for (int i = 0; i < 1000; ++i) {
    const std::string id = ids.Choose(exchange.head().fields);
    EXPECT_THAT(id, testing::MatchesRegex("[0-9a-f]{32}"));
    EXPECT_TRUE(seen.insert(id).second);
  }
}

TEST(RequestIds, ACallersOwnIsKeptWhenItIsSafe) {
  struct Case {
    std::string given;
    bool kept;
  };
  for (const Case& c : {Case{"aZ09._-", true}, Case{std::string(128, 'a'), true},
                        Case{std::string(129, 'a'), false}, Case{"", false}, Case{"a b", false},
                        Case{"a/b", false}}) {
    RequestIds ids;
    const FakeExchange exchange("GET", "/x", "X-Request-ID: " + c.given + "\r\n");
    EXPECT_EQ(ids.Choose(exchange.head().fields) == c.given, c.kept) << c.given;
  }
}

}  // namespace
}  // namespace sallyport::pipeline::test
