#include "sallyport/http/url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sallyport::http {
namespace {

using namespace std::string_literals;

TEST(ParseUrl, SplitsAndNormalizes) {
  struct Row {
    std::string text, scheme, host;
    int port;
    std::string path, query, shown;
  };
  const Row rows[] = {
      {"http://a.example", "http", "a.example", 80, "/", "", "http://a.example/"},
      {"https://a.example/", "https", "a.example", 443, "/", "", "https://a.example/"},
      {"HTTPS://A.EXAMPLE/Path", "https", "a.example", 443, "/Path", "", "https://a.example/Path"},
      {"http://a.example:8080/v1/", "http", "a.example", 8080, "/v1/", "",
       "http://a.example:8080/v1/"},
      {"https://a:443/x", "https", "a", 443, "/x", "", "https://a/x"},
      {"http://a:443/x", "http", "a", 443, "/x", "", "http://a:443/x"},
      {"http://a:/x", "http", "a", 80, "/x", "", "http://a/x"},
      {"http://a:65535", "http", "a", 65535, "/", "", "http://a:65535/"},
      {" \t\r\nhttps://a/x?k=1&k=2 \n", "https", "a", 443, "/x", "k=1&k=2", "https://a/x?k=1&k=2"},
      {"https://a?k=/x/../y", "https", "a", 443, "/", "k=/x/../y", "https://a/?k=/x/../y"},
      {"https://a/x?", "https", "a", 443, "/x", "", "https://a/x"},
      {"http://[::1]:8080/", "http", "::1", 8080, "/", "", "http://[::1]:8080/"},
      {"http://[2001:DB8:0:0:0:0:0:1]", "http", "2001:db8::1", 80, "/", "",
       "http://[2001:db8::1]/"},
      {"http://127.0.0.1:9000/a", "http", "127.0.0.1", 9000, "/a", "", "http://127.0.0.1:9000/a"},
      {"http://a_b.c-d.example/", "http", "a_b.c-d.example", 80, "/", "",
       "http://a_b.c-d.example/"},
      {"http://xn--mnchen-3ya.de/", "http", "xn--mnchen-3ya.de", 80, "/", "",
       "http://xn--mnchen-3ya.de/"},
      {"http://1e100.example/", "http", "1e100.example", 80, "/", "", "http://1e100.example/"},
      {"http://4.example/", "http", "4.example", 80, "/", "", "http://4.example/"},
  };
  for (const Row& row : rows) {
    const Result<Url> url = ParseUrl(row.text);
    ASSERT_TRUE(url) << row.text << ": " << url.error().message();
    EXPECT_EQ(url->origin.scheme, row.scheme) << row.text;
    EXPECT_EQ(url->origin.host, row.host) << row.text;
    EXPECT_EQ(url->origin.port, row.port) << row.text;
    EXPECT_EQ(url->path, row.path) << row.text;
    EXPECT_EQ(url->query, row.query) << row.text;
    EXPECT_EQ(url->ToString(), row.shown) << row.text;
  }
}

TEST(ParseUrl, EncodesIllegalBytesOnceAndKeepsEscapes) {
  struct Row {
    std::string text, path, query;
  };
  const Row rows[] = {
      {"http://a/x y/\xC3\xA4", "/x%20y/%C3%A4", ""},
      {"http://a/%25/%2F%aF", "/%25/%2F%aF", ""},
      {"http://a/100%/%zz/%4", "/100%25/%25zz/%254", ""},
      {"http://a/\"<>^`{|}[]", "/%22%3C%3E%5E%60%7B%7C%7D%5B%5D", ""},
      {"http://a/-._~!$&'()*+,;=:@", "/-._~!$&'()*+,;=:@", ""},
      {"http://a//b//c", "//b//c", ""},
      {"http://a/?f[x]=1&g={y}|z^`", "/", "f[x]=1&g=%7By%7D%7Cz%5E%60"},
      {"http://a/?q=a b\xC3\xA4\"<>\\&p=50%", "/", "q=a%20b%C3%A4%22%3C%3E%5C&p=50%25"},
      {"http://a/?q=%20+%2B/?:@", "/", "q=%20+%2B/?:@"},
  };
  for (const Row& row : rows) {
    const Result<Url> url = ParseUrl(row.text);
    ASSERT_TRUE(url) << row.text << ": " << url.error().message();
    EXPECT_EQ(url->path, row.path);
    EXPECT_EQ(url->query, row.query);
  }
}

TEST(ParseUrl, RefusesAndSaysWhy) {
  struct Row {
    std::string text, reason;
  };
  const Row rows[] = {
      {"", "is empty"},
      {"   ", "is empty"},
      {"a.example", "http:// or https://"},
      {"//a.example/x", "http:// or https://"},
      {"/x", "http:// or https://"},
      {"ftp://a.example", "http:// or https://"},
      {"file:///etc/passwd", "http:// or https://"},
      {"httpx://a", "http:// or https://"},
      {"http:/a", "http:// or https://"},
      {"http:a", "http:// or https://"},
      {"http:\\\\a", "http:// or https://"},
      {"http ://a", "http:// or https://"},
      {"javascript:alert(1)", "http:// or https://"},
      {"http://", "lacks a host"},
      {"http:///x", "lacks a host"},
      {"http://?x", "lacks a host"},
      {"http://:80/", "lacks a host"},
      {"http://u@a/", "user name"},
      {"http://u:p@a/", "user name"},
      {"http://@a/", "user name"},
      {"http://a@b@c/", "user name"},
      {"http://a/#f", "fragment"},
      {"http://a#", "fragment"},
      {"http://a/?q#", "fragment"},
      {"http://a\\@b/", "backslash"},
      {"http://a/x\\y", "backslash"},
      {"http://a/x\ty", "control byte"},
      {"http://a/x\r\nHost: b", "control byte"},
      {"http://a\n.b/", "control byte"},
      {"http://a/\0"s, "control byte"},
      {"http://a/\x7F", "control byte"},
      {"http://a:0/", "port"},
      {"http://a:65536/", "port"},
      {"http://a:99999999999999999999/", "port"},
      {"http://a:-1/", "port"},
      {"http://a:8o/", "port"},
      {"http://a:80:80/", "port"},
      {"http://a/../b", "'..'"},
      {"http://a/./b", "'..'"},
      {"http://a/b/..", "'..'"},
      {"http://a/%2E%2e/b", "'..'"},
      {"http://a/%5c", "'..'"},
  };
  for (const Row& row : rows) {
    const Result<Url> url = ParseUrl(row.text);
    ASSERT_FALSE(url) << ::testing::PrintToString(row.text);
    EXPECT_EQ(url.error().kind(), ErrorKind::kValidationFailed);
    EXPECT_THAT(url.error().message(), ::testing::HasSubstr(row.reason))
        << ::testing::PrintToString(row.text);
  }
}

TEST(ParseUrl, RefusesEveryHostThatTwoLibrariesReadDifferently) {
  const std::string rows[] = {
      "127.1",
      "127.0.1",
      "2130706433",
      "0x7f000001",
      "0x7f.1",
      "0X7F.0.0.1",
      "0177.0.0.1",
      "127.0.0.01",
      "127.0.0.0x1",
      "1.2.3.4.5",
      "1.2.3",
      "256.1.1.1",
      "1.2.3.999",
      "a.1",
      "a.0x",
      "a.0xff",
      "foo.09",
      "0",
      "0x",
      "a.example.",
      "127.0.0.1.",
      "localhost.",
      ".",
      "..",
      ".a",
      "a..b",
      "a b",
      "a%20b",
      "a%2eb",
      "a,b",
      "a;b",
      "a!b",
      "a*b",
      "\xC3\xBC.de",
      "a\xE3\x80\x82"
      "b",
      "\xEF\xBC\x91.1",
      "[::1",
      "::1",
      "[::1]x",
      "[1.2.3.4]",
      "[]",
      "[::g]",
      "[fe80::1%25e]",
      "[fe80::1%e]",
      "[v1.a]",
      "a]",
      "{a}",
      "a|b",
      "<a>",
      "a^b",
      "\"a\"",
      "~a",
  };
  for (const std::string& host : rows) {
    EXPECT_FALSE(ParseUrl("http://" + host + "/")) << host;
    EXPECT_FALSE(ParseUrl("http://" + host + ":80/")) << host;
  }
}

TEST(ParseUrl, LimitsLabelsAndNames) {
  const std::string label63(63, 'a');
  EXPECT_TRUE(ParseUrl("http://" + label63 + ".b/"));
  EXPECT_FALSE(ParseUrl("http://" + label63 + "a.b/"));
  const std::string name = label63 + "." + label63 + "." + label63 + ".";  // 192 bytes
  EXPECT_TRUE(ParseUrl("http://" + name + std::string(61, 'b') + "/"));
  EXPECT_FALSE(ParseUrl("http://" + name + std::string(62, 'b') + "/"));
}

TEST(ParseUrl, NamesPunycodeForOtherScripts) {
  EXPECT_THAT(ParseUrl("http://m\xC3\xBCnchen.de/").error().message(),
              ::testing::HasSubstr("punycode"));
}

TEST(ParseUrl, NeverShowsWhatWasTyped) {
  EXPECT_THAT(ParseUrl("http://u:s3cret@a/").error().message(),
              ::testing::Not(::testing::HasSubstr("s3cret")));
}

TEST(ParseOrigin, TakesSchemeHostAndPortOnly) {
  EXPECT_EQ(ParseOrigin("https://Admin.Example")->ToString(), "https://admin.example");
  EXPECT_EQ(ParseOrigin("https://admin.example:443/")->ToString(), "https://admin.example");
  EXPECT_EQ(ParseOrigin("http://[::1]:3000")->ToString(), "http://[::1]:3000");
  for (const std::string text : {"https://a/x", "https://a?", "https://a/?x", "null", "*", "a",
                                 "https://a/#", "https://u@a", "https://a//"}) {
    EXPECT_FALSE(ParseOrigin(text)) << text;
  }
}

TEST(Origin, IsEqualByAllThreeParts) {
  const Origin origin{"https", "a", 443};
  EXPECT_EQ(*ParseOrigin("https://A:443"), origin);
  EXPECT_NE(*ParseOrigin("http://a:443"), origin);
  EXPECT_NE(*ParseOrigin("https://a:444"), origin);
  EXPECT_NE(*ParseOrigin("https://b"), origin);
}

TEST(Origin, WritesTheHostField) {
  EXPECT_EQ((Origin{"http", "a", 80}).HostField(), "a");
  EXPECT_EQ((Origin{"http", "a", 443}).HostField(), "a:443");
  EXPECT_EQ((Origin{"https", "::1", 443}).HostField(), "[::1]");
  EXPECT_EQ((Origin{"https", "::1", 80}).HostField(), "[::1]:80");
}

}  // namespace
}  // namespace sallyport::http
