#include "sallyport/oauth/pages.h"

#include <regex>

#include <gtest/gtest.h>

namespace sallyport::oauth {
namespace {

constexpr std::string_view kEvil = "<script>alert(1)</script>\"'&\r\nX: y</title>";

std::string Field(const Page& page, const std::string& name) {
  const std::string& bytes = "\r\n" + page.fields.bytes();
  const std::size_t at = bytes.find("\r\n" + name + ": ");
  if (at == std::string::npos) return "(none)";
  const std::size_t value = at + name.size() + 4;
  return bytes.substr(value, bytes.find("\r\n", value) - value);
}

bool Has(const Page& page, std::string_view text) {
  return page.body.find(text) != std::string::npos;
}

std::size_t Count(const Page& page, std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = page.body.find(text); at != std::string::npos;
       at = page.body.find(text, at + 1)) {
    ++count;
  }
  return count;
}

std::vector<Page> AllPages(std::string_view text) {
  const std::string any(text);
  return {ConfirmPage({any, any, any, any}), SuccessPage({any, any, any, any, any}),
          FailurePage({any, any, any, any, any}, any), FailurePage({}, any), ExpiredPage()};
}

TEST(Pages, CarryTheFieldsThatKeepThemSafe) {
  for (const Page& page : AllPages("x")) {
    EXPECT_EQ(Field(page, "Content-Type"), "text/html; charset=utf-8");
    EXPECT_EQ(Field(page, "Cache-Control"), "no-store");
    EXPECT_EQ(Field(page, "Referrer-Policy"), "no-referrer");
    EXPECT_EQ(Field(page, "X-Content-Type-Options"), "nosniff");
    const std::string policy = Field(page, "Content-Security-Policy");
    EXPECT_TRUE(policy.starts_with("default-src 'none'; style-src 'nonce-"));
    EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos);
    EXPECT_NE(policy.find("base-uri 'none'"), std::string::npos);
    EXPECT_EQ(policy.find("unsafe"), std::string::npos);
  }
}

TEST(Pages, EveryStyleAndScriptHasTheNonceOfItsPolicy) {
  for (const Page& page : AllPages("x")) {
    const std::string policy = Field(page, "Content-Security-Policy");
    std::smatch nonce;
    ASSERT_TRUE(std::regex_search(policy, nonce, std::regex("'nonce-([A-Za-z0-9_-]{43})'")));
    EXPECT_EQ(Count(page, "<style nonce=\"" + nonce[1].str() + "\">"), 1U);
    EXPECT_EQ(Count(page, "<style"), 1U);
    EXPECT_EQ(Count(page, "<script nonce=\"" + nonce[1].str() + "\">"), Count(page, "<script"));
    EXPECT_EQ(policy.find("script-src") != std::string::npos, Has(page, "<script"));
    EXPECT_FALSE(Has(page, " style=\""));
    EXPECT_FALSE(Has(page, "onclick"));
  }
  EXPECT_NE(Field(ExpiredPage(), "Content-Security-Policy"),
            Field(ExpiredPage(), "Content-Security-Policy"));
}

TEST(Pages, CanBeReadByEverybody) {
  for (const Page& page : AllPages("x")) {
    for (const std::string_view part : {"<!doctype html>", "<html lang=\"en\">", "<title>",
                                        "<main>", "<h1>", "name=\"viewport\""}) {
      EXPECT_EQ(Count(page, part), 1U) << part;
    }
  }
}

TEST(Pages, EscapeWhatComesFromOutside) {
  for (const Page& page : AllPages(kEvil)) {
    EXPECT_FALSE(Has(page, "<script>"));
    EXPECT_FALSE(Has(page, "alert(1)<"));
    EXPECT_EQ(Count(page, "</title>"), 1U);
    EXPECT_EQ(Count(page, "</script>"), Count(page, "<script nonce"));
    EXPECT_FALSE(Has(page, "\r"));
    EXPECT_EQ(page.fields.bytes().find("\nX:"), std::string::npos);
  }
  EXPECT_TRUE(Has(FailurePage({}, "a\xff"), "(unreadable text)"));
}

TEST(ConfirmPage, NamesUserAndResourceAndAsksForAClick) {
  const Page page = ConfirmPage({"alice", "GitHub", "https://github.com", "/connect/t1ck3t"});
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(Has(page, "<strong>alice</strong>"));
  EXPECT_TRUE(Has(page, "GitHub"));
  EXPECT_TRUE(Has(page, "<strong>https://github.com</strong>"));
  EXPECT_TRUE(Has(page, "<form method=\"post\" action=\"/connect/t1ck3t\">"));
  EXPECT_TRUE(Has(page, "<button type=\"submit\">Continue</button>"));
  // Behind the click are redirects to hosts that nobody knows yet.
  EXPECT_NE(Field(page, "Content-Security-Policy").find("form-action 'self' https: http:;"),
            std::string::npos);
  EXPECT_TRUE(Has(ConfirmPage({"", "GitHub", "p", "/c"}), "everybody"));
}

TEST(SuccessPage, TellsTheOpenerAndCloses) {
  const Page page = SuccessPage({"github", "GitHub", "alice", "https://admin.example", ""});
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(Has(page,
                  R"(window.opener.postMessage({"type":"sallyport:login","resource":"github",)"
                  R"("ok":true},"https://admin.example");window.close();)"));
  EXPECT_TRUE(Has(page, "You can close this page."));
  EXPECT_NE(Field(page, "Content-Security-Policy").find("form-action 'none'"), std::string::npos);
}

TEST(FailurePage, TellsTheOpenerAndStays) {
  const Page page =
      FailurePage({"github", "GitHub", "alice", "https://admin.example", ""}, "access_denied: no");
  EXPECT_EQ(page.status, 400);
  EXPECT_TRUE(Has(page, R"("ok":false},"https://admin.example");)"));
  EXPECT_FALSE(Has(page, "window.close"));
  EXPECT_TRUE(Has(page, "<p>access_denied: no</p>"));
}

TEST(FailurePage, LinksToWhereAWholePageCameFrom) {
  const ResultText from_page{"github", "GitHub", "alice", "", "https://admin.example/x?a=1&b=2#c"};
  const Page page = FailurePage(from_page, "access_denied");
  EXPECT_TRUE(Has(page,
                  "<a href=\"https://admin.example/x?a=1&amp;b=2#c\">Go back to "
                  "https://admin.example</a>"));
  EXPECT_FALSE(Has(page, "Close this page"));
  EXPECT_FALSE(Has(FailurePage({"github", "GitHub", "alice", "", ""}, "x"), "<a "));
  EXPECT_FALSE(Has(FailurePage({"github", "GitHub", "", "", "javascript:alert(1)"}, "x"), "<a "));
}

TEST(FailurePage, SaysNothingToAnOpenerThatIsNotKnown) {
  EXPECT_FALSE(Has(FailurePage({}, "unknown state"), "<script"));
  EXPECT_FALSE(Has(FailurePage({"github", "GitHub", "", "", ""}, "x"), "<script"));
}

TEST(ExpiredPage, IsAPlainRefusal) {
  EXPECT_EQ(ExpiredPage().status, 400);
  EXPECT_TRUE(Has(ExpiredPage(), "no longer valid"));
}

}  // namespace
}  // namespace sallyport::oauth
