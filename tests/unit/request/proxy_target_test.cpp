#include <gtest/gtest.h>

#include "unit/request/resource_builder.h"

namespace sallyport::request::test {
namespace {

std::string Target(const CompiledPointer& resource, std::string_view tail) {
  const Head head("GET", "/proxy/r" + std::string(tail), "");
  const Result<ProxyRequest> built = Build(resource, head);
  if (!built) return built.error().kind() == ErrorKind::kOutsideBaseUrl ? "outside" : "error";
  return built->target;
}

std::string TargetOf(std::string_view base_url, std::string_view tail) {
  return Target(Compile(R"({"base_url":")" + std::string(base_url) + "\"}"), tail);
}

TEST(ProxyTarget, StandsBehindTheBasePath) {
  EXPECT_EQ(TargetOf("https://h.example", ""), "/");
  EXPECT_EQ(TargetOf("https://h.example", "/"), "/");
  EXPECT_EQ(TargetOf("https://h.example/v1", ""), "/v1");
  EXPECT_EQ(TargetOf("https://h.example/v1", "/"), "/v1/");
  EXPECT_EQ(TargetOf("https://h.example/v1/", "/users"), "/v1/users");
  EXPECT_EQ(TargetOf(" https://h.example/v1 ", "/users"), "/v1/users");
}

TEST(ProxyTarget, KeepsTheCallersPathBytes) {
  for (const std::string_view path : {"/a%2Fb", "/a%20b+c=d;e", "/%e4%bd", "/a//b/", "/%25",
                                      "/@evil", "/http://evil.example/", "/a:b", "/..a/.b"}) {
    EXPECT_EQ(TargetOf("https://h.example", path), path);
  }
}

TEST(ProxyTarget, NoPathLeadsOutsideOrToAnotherHost) {
  for (const std::string_view path :
       {"/..", "/../x", "/a/../b", "/.", "/a/./b", "/%2e%2e/x", "/%2E./x", "/a%2f..%2fb",
        "/a%5c..%5cb", "/\\evil", "/a%5Cb"}) {
    EXPECT_EQ(TargetOf("https://h.example/v1", path), "outside") << path;
  }
  // A path in a request line, whatever it looks like: the Host field says where it goes.
  EXPECT_EQ(TargetOf("https://h.example", "//evil.example/x"), "//evil.example/x");
}

TEST(ProxyTarget, KeepsEmptySegments) {
  for (const std::string_view base : {"https://h.example/base", "https://h.example/base/"}) {
    EXPECT_EQ(TargetOf(base, "//x"), "/base//x");
    EXPECT_EQ(TargetOf(base, "//"), "/base//");
    EXPECT_EQ(TargetOf(base, "///x//y/"), "/base///x//y/");
    EXPECT_EQ(TargetOf(base, "//../x"), "outside");
    EXPECT_EQ(TargetOf(base, "//%2e%2e//x"), "outside");
  }
}

TEST(ProxyTarget, QueryOrderIsBaseRowsCallerCredential) {
  const CompiledPointer resource = Compile(
      R"({"base_url":"https://h.example/v1?b=1","params":[{"name":"p q","value":"a b+c&d=ü"},
          {"name":"two","value":"1"},{"name":"two","value":"2"},{"name":"empty","value":""},
          {"name":"off","value":"1","enabled":false},{"name":"key","value":"row"}],
          "auth":{"type":"api_key","send_as":"query","name":"key","value":"********","prefix":""}})",
      {{"/auth/value", Secret("s&cret")}});
  const std::string front = "/v1/x?b=1&p%20q=a%20b%2Bc%26d%3D%C3%BC&two=1&two=2&empty=";
  EXPECT_EQ(Target(resource, "/x"), front + "&key=s%26cret");
  EXPECT_EQ(Target(resource, "/x?z=%20&z=+&off=2"), front + "&z=%20&z=+&off=2&key=s%26cret");
}

TEST(ProxyTarget, CallersNamesOfRowsAndCredentialAreLeftOutHoweverTheyAreSpelled) {
  const CompiledPointer resource = Compile(
      R"({"params":[{"name":"tenant id","value":"1"}],
          "auth":{"type":"api_key","send_as":"query","name":"key","value":"********","prefix":""}})",
      {{"/auth/value", Secret("s")}});
  const std::string only_ours = "/v1/x?tenant%20id=1&key=s";
  for (const std::string_view query :
       {"?key=evil", "?k%65y=evil", "?key", "?tenant+id=2", "?tenant%20id=2&key=1&key=2"}) {
    EXPECT_EQ(Target(resource, "/x" + std::string(query)), only_ours) << query;
  }
  EXPECT_EQ(Target(resource, "/x?Key=1"), "/v1/x?tenant%20id=1&Key=1&key=s");
}

TEST(ProxyTarget, TheCredentialReplacesItsNameInTheBaseQueryToo) {
  const CompiledPointer resource = Compile(
      R"({"base_url":"https://h.example/?key=old&a=1",
          "auth":{"type":"api_key","send_as":"query","name":"key","value":"********","prefix":""}})",
      {{"/auth/value", Secret("new")}});
  EXPECT_EQ(Target(resource, ""), "/?a=1&key=new");
}

TEST(ProxyTarget, AnyMethodIsPassedOn) {
  const CompiledPointer resource = Compile("{}");
  for (const std::string_view method : {"GET", "OPTIONS", "PROPFIND", "purge", "M-SEARCH"}) {
    const Head head(method, "/proxy/r/x", "");
    const Result<ProxyRequest> built = Build(resource, head);
    ASSERT_TRUE(built);
    EXPECT_TRUE(built->head.starts_with(std::string(method) + " /v1/x HTTP/1.1\r\n"));
  }
}

TEST(ProxyRules, RunnersNeedTheSwitchTheMethodAndThePath) {
  const ProxyRules rules{true, {"GET", "HEAD"}, {"/users", "/open/"}};
  struct Case {
    std::string_view method, rest;
    bool allowed;
  };
  for (const Case& c :
       {Case{"GET", "/users", true}, Case{"GET", "/users/1", true}, Case{"HEAD", "/open/x", true},
        Case{"GET", "/users2", false}, Case{"GET", "", false}, Case{"GET", "//users", false},
        Case{"POST", "/users", false}, Case{"get", "/users", false}, Case{"GET", "/%75sers", false},
        Case{"GET", "/admin", false}, Case{"GET", "//admin", false}, Case{"GET", "//", false},
        Case{"GET", "/users//admin", true}, Case{"GET", "//open/x", false}}) {
    EXPECT_EQ(ProxyAllows(rules, c.method, c.rest), c.allowed) << c.method << " " << c.rest;
  }
  EXPECT_TRUE(ProxyAllows({true, {"GET"}, {"/"}}, "GET", ""));
  EXPECT_FALSE(ProxyAllows({false, {"GET"}, {"/"}}, "GET", "/x"));
  EXPECT_FALSE(ProxyAllows({true, {"GET"}, {}}, "GET", "/x"));
}

}  // namespace
}  // namespace sallyport::request::test
