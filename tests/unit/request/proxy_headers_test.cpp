#include <gtest/gtest.h>

#include "unit/request/resource_builder.h"

namespace sallyport::request::test {
namespace {

std::string Sent(const CompiledPointer& resource, std::string_view lines, std::string_view name) {
  const Head head("GET", "/proxy/r/x", lines);
  const Result<ProxyRequest> built = Build(resource, head);
  return built ? FieldOf(built->head, name) : "error: " + built.error().message();
}

TEST(ProxyHeaders, CallersFieldsPassWithTheirOrderAndDuplicates) {
  const CompiledPointer resource = Compile("{}");
  EXPECT_EQ(Sent(resource, "X-A: 1\r\nX-B: 2\r\nX-A: 3\r\n", "X-A"), "1 | 3");
  EXPECT_EQ(Sent(resource, "Accept-Encoding: gzip, br\r\n", "Accept-Encoding"), "gzip, br");
  EXPECT_EQ(Sent(resource, "cONTENT-tYPE: text/plain\r\n", "cONTENT-tYPE"), "text/plain");
}

TEST(ProxyHeaders, HostIsTheTargets) {
  EXPECT_EQ(Sent(Compile("{}"), "", "Host"), "api.example");
  EXPECT_EQ(Sent(Compile(R"({"base_url":"http://[::1]:8080/"})"), "", "Host"), "[::1]:8080");
}

TEST(ProxyHeaders, WithheldFieldsDoNotReachTheTargetUnderAnySpelling) {
  const CompiledPointer resource = Compile("{}");
  for (const std::string name : {"Authorization",
                                 "authorization",
                                 "Cookie",
                                 "Origin",
                                 "Referer",
                                 "Sec-Fetch-Site",
                                 "Sec_Fetch_Site",
                                 "Sec-WebSocket-Key",
                                 "Sallyport-User",
                                 "sallyport_user",
                                 "X-Forwarded-For",
                                 "X_Forwarded_For",
                                 "X-Forwarded-Host",
                                 "x-forwarded-proto",
                                 "Forwarded",
                                 "X-Real-IP",
                                 "Keep-Alive",
                                 "Proxy-Connection",
                                 "Proxy-Authorization",
                                 "Proxy_Authorization",
                                 "TE",
                                 "Trailer",
                                 "Upgrade",
                                 "X-Forwarded-User",
                                 "X_Forwarded_User",
                                 "Content_Length",
                                 "Transfer_Encoding"}) {
    EXPECT_EQ(Sent(resource, name + ": evil\r\n", name), "-") << name;
  }
}

TEST(ProxyHeaders, AConfiguredUserHeaderIsDroppedWithItsVariants) {
  const CompiledPointer resource = Compile("{}");
  const Head head("GET", "/proxy/r/x", "Remote-User: a\r\nRemote_User: b\r\nRemote-Users: c\r\n");
  const ProxyOptions options{"Remote-User", "sallyport/test"};
  const Result<ProxyRequest> built =
      BuildProxyRequest(*resource, resource->parts, head.get(), "/x", options);
  ASSERT_TRUE(built);
  EXPECT_EQ(FieldOf(built->head, "Remote-User"), "-");
  EXPECT_EQ(FieldOf(built->head, "Remote_User"), "-");
  EXPECT_EQ(FieldOf(built->head, "Remote-Users"), "c");
}

TEST(ProxyHeaders, FieldsThatConnectionNamesAreDroppedWithTheirVariants) {
  const CompiledPointer resource = Compile("{}");
  const std::string lines = "Connection: X-Private , close\r\nX-Private: 1\r\nX_Private: 2\r\n";
  EXPECT_EQ(Sent(resource, lines, "X-Private"), "-");
  EXPECT_EQ(Sent(resource, lines, "X_Private"), "-");
  EXPECT_EQ(Sent(resource, lines, "Connection"), "-");
}

TEST(ProxyHeaders, RowsWinOverTheCallersWithoutCase) {
  const CompiledPointer resource = Compile(
      R"({"headers":[{"name":"X-Tenant","value":"a"},{"name":"x-tenant","value":"b"},
                     {"name":"X-Off","value":"1","enabled":false},{"name":"X-Empty","value":""}]})");
  const std::string lines = "x-TENANT: evil\r\nX_Tenant: evil\r\nX-Off: mine\r\n";
  EXPECT_EQ(Sent(resource, lines, "X-Tenant"), "a");
  EXPECT_EQ(Sent(resource, lines, "x-tenant"), "b");
  EXPECT_EQ(Sent(resource, lines, "x-TENANT"), "-");
  EXPECT_EQ(Sent(resource, lines, "X_Tenant"), "-");
  EXPECT_EQ(Sent(resource, lines, "X-Off"), "mine");
  EXPECT_EQ(Sent(resource, lines, "X-Empty"), "");
}

TEST(ProxyHeaders, CredentialWinsOverRowsAndCaller) {
  const CompiledPointer resource = Compile(
      R"({"headers":[{"name":"authorization","value":"********","secret":true},
                     {"name":"X-Key","value":"row"}],
          "auth":{"type":"bearer","token":"********","prefix":"Bearer"}})",
      {{"/headers/0/value", Secret("row")}, {"/auth/token", Secret("t0k")}});
  EXPECT_EQ(Sent(resource, "Authorization: Bearer spk_x\r\n", "Authorization"), "Bearer t0k");
  EXPECT_EQ(Sent(resource, "", "authorization"), "-");
  EXPECT_EQ(Sent(resource, "", "X-Key"), "row");
}

TEST(ProxyHeaders, ARowMaySetWhatACallerMayNot) {
  const CompiledPointer resource = Compile(
      R"({"headers":[{"name":"Referer","value":"https://app.example/"},
                     {"name":"Authorization","value":"********","secret":true}]})",
      {{"/headers/1/value", Secret("Digest x")}});
  EXPECT_EQ(Sent(resource, "Referer: evil\r\n", "Referer"), "https://app.example/");
  EXPECT_EQ(Sent(resource, "", "Authorization"), "Digest x");
}

TEST(ProxyHeaders, UserAgentAndAcceptAreFilledOnlyWhenNobodyGivesThem) {
  EXPECT_EQ(Sent(Compile("{}"), "", "User-Agent"), "sallyport/test");
  EXPECT_EQ(Sent(Compile("{}"), "", "Accept"), "*/*");
  EXPECT_EQ(Sent(Compile("{}"), "User-Agent: curl/8\r\nAccept: a/b\r\n", "User-Agent"), "curl/8");
  EXPECT_EQ(Sent(Compile("{}"), "User-Agent: curl/8\r\nAccept: a/b\r\n", "Accept"), "a/b");
  const CompiledPointer resource = Compile(
      R"({"headers":[{"name":"user-agent","value":"mine"},{"name":"accept","value":"c/d"}]})");
  EXPECT_EQ(Sent(resource, "User-Agent: curl/8\r\nAccept: a/b\r\n", "User-Agent"), "-");
  EXPECT_EQ(Sent(resource, "Accept: a/b\r\n", "accept"), "c/d");
  EXPECT_EQ(Sent(resource, "Accept: a/b\r\n", "Accept"), "-");
}

TEST(ProxyHeaders, ViaIsAppendedToTheCallers) {
  EXPECT_EQ(Sent(Compile("{}"), "", "Via"), "1.1 sallyport");
  EXPECT_EQ(Sent(Compile("{}"), "Via: 1.0 fred\r\n", "Via"), "1.0 fred | 1.1 sallyport");
}

TEST(ProxyHeaders, FramingIsWrittenAnew) {
  const CompiledPointer resource = Compile("{}");
  struct Case {
    std::string_view method, lines, length, coding;
  };
  for (const Case& c : {Case{"GET", "", "-", "-"}, Case{"DELETE", "", "-", "-"},
                        Case{"POST", "", "0", "-"}, Case{"PATCH", "", "0", "-"},
                        Case{"POST", "Content-Length: 12\r\nExpect: 100-continue\r\n", "12", "-"},
                        Case{"PUT", "Transfer-Encoding: Chunked\r\n", "-", "chunked"}}) {
    const Head head(c.method, "/proxy/r/x", c.lines);
    const Result<ProxyRequest> built = Build(resource, head);
    ASSERT_TRUE(built);
    EXPECT_EQ(FieldOf(built->head, "Content-Length"), c.length) << c.method;
    EXPECT_EQ(FieldOf(built->head, "Transfer-Encoding"), c.coding) << c.method;
    EXPECT_EQ(FieldOf(built->head, "Expect"), "-");
  }
}

TEST(ProxyHeaders, ARowThatCannotBeSentRefusesCallsAndSaysWhich) {
  for (const std::string_view row :
       {R"({"name":"X-Bad","value":"a\r\nEvil: 1"})", R"({"name":"X-Bad","value":"a\u0000"})",
        R"({"name":"Content-Length","value":"1"})", R"({"name":"Connection","value":"close"})",
        R"({"name":"Host","value":"evil"})", R"({"name":"X Bad","value":"1"})"}) {
    const CompiledPointer resource = Compile(R"({"headers":[)" + std::string(row) + "]}");
    const Head head("GET", "/proxy/r/x", "");
    const Result<ProxyRequest> built = Build(resource, head);
    ASSERT_FALSE(built) << row;
    EXPECT_EQ(built.error().kind(), ErrorKind::kUnsafeValue);
    EXPECT_NE(built.error().message().find("header"), std::string::npos);
  }
}

}  // namespace
}  // namespace sallyport::request::test
