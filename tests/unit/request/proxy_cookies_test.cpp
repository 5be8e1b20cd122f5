#include <gtest/gtest.h>

#include "unit/request/resource_builder.h"

namespace sallyport::request::test {
namespace {

std::string Cookies(const CompiledPointer& resource, std::string_view lines) {
  const Head head("GET", "/proxy/r/x", lines);
  const Result<ProxyRequest> built = Build(resource, head);
  return built ? FieldOf(built->head, "Cookie") : "error";
}

TEST(ProxyCookies, OnlyForwardCookiesPassAndNeverTheGatewaysOwn) {
  const CompiledPointer resource =
      Compile(R"({"forward_cookies":["lang","sallyport_session","__Host-sallyport_session"]})");
  EXPECT_EQ(Cookies(resource, "Cookie: a=1; lang=de; sallyport_session=sps_x\r\n"), "lang=de");
  EXPECT_EQ(Cookies(resource, "Cookie: __Host-sallyport_session=sps_x\r\n"), "-");
  EXPECT_EQ(Cookies(resource, "Cookie: lang=de\r\nCookie: Lang=x; lang=en\r\n"),
            "lang=de; lang=en");
  EXPECT_EQ(Cookies(Compile("{}"), "Cookie: a=1\r\n"), "-");
}

TEST(ProxyCookies, CallerThenRowsThenCredentialAndTheLaterWinByName) {
  const CompiledPointer resource = Compile(
      R"({"forward_cookies":["a","b","k"],
          "headers":[{"name":"Cookie","value":"********","secret":true}],
          "cookies":[{"name":"b","value":"x y;z%41"},{"name":"k","value":"row"},
                     {"name":"e","value":""}],
          "auth":{"type":"api_key","send_as":"cookie","name":"k","value":"********","prefix":""}})",
      {{"/headers/0/value", Secret("h=1; b=old; k=old")}, {"/auth/value", Secret("s;1")}});
  EXPECT_EQ(Cookies(resource, "Cookie: a=1; b=2; k=3; B=4\r\n"),
            "a=1; h=1; b=x%20y%3Bz%41; e=; k=s%3B1");
}

TEST(ProxyCookies, ASecretRowIsOpened) {
  const CompiledPointer resource =
      Compile(R"({"cookies":[{"name":"x","value":"1"},{"name":"s","value":"********"}]})",
              {{"/cookies/1/value", Secret("deep")}});
  EXPECT_EQ(Cookies(resource, ""), "x=1; s=deep");
}

TEST(ProxyCookies, ACookieWithoutATokenNameRefusesCalls) {
  EXPECT_EQ(Cookies(Compile(R"({"cookies":[{"name":"a b","value":"1"}]})"), ""), "error");
}

}  // namespace
}  // namespace sallyport::request::test
