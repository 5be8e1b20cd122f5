#include <gtest/gtest.h>

#include "unit/request/query/query_builder.h"

namespace sallyport::request::test {
namespace {

/// The lines after Host, joined by '\n'.
std::string Lines(const OutgoingRequest& request) {
  const std::string head = HeadOf(request);
  std::string lines;
  std::size_t at = head.find("\r\n", head.find("\r\n") + 2) + 2;
  for (std::size_t end = head.find("\r\n", at); end != at; end = head.find("\r\n", at)) {
    lines += head.substr(at, end - at) + "\n";
    at = end + 2;
  }
  return lines;
}

TEST(Fields, SendsDefaultsThatRowsReplace) {
  EXPECT_EQ(HeadOf(Built(Compile("{}"), Query(R"({"path":"/a?b=c"})"))),
            "GET /v1/a?b=c HTTP/1.1\r\nHost: api.example\r\nUser-Agent: sallyport/test\r\n"
            "Accept: */*\r\n\r\n");
  EXPECT_EQ(Lines(Built(Compile(R"({"headers":[{"name":"ACCEPT","value":"text/html"}]})"),
                        Query(R"({"headers":[{"name":"user-agent","value":""}]})"))),
            "ACCEPT: text/html\nuser-agent: \n");
}

TEST(Fields, SendsWhatTheGatewayDecodesUnlessARowSaysOtherwise) {
  RunContext context;
  context.accept_encoding = "gzip, br";
  const auto field = [&](const QueryPointer& query) {
    const Result<OutgoingRequest> request = BuildOutgoing(*Compile("{}"), *query, {}, context);
    return request ? SentField(*request, "Accept-Encoding") : "error";
  };
  EXPECT_EQ(field(Query("{}")), "gzip, br");
  EXPECT_EQ(field(Query(R"({"headers":[{"name":"Accept-Encoding","value":"identity"}]})")),
            "identity");
}

TEST(Fields, LetsTheQuerysHeadersReplaceTheResourcesWithoutCase) {
  const CompiledPointer resource = Compile(
      R"({"headers":[{"name":"X-A","value":"1"},{"name":"X-B","value":"2"},{"name":"x-a","value":"3"},
                     {"name":"X-C","value":"4"}]})");
  EXPECT_EQ(Lines(Built(resource,
                        Query(R"({"headers":[{"name":"x-A","value":"q"},{"name":"X-A","value":"r"},
                                           {"name":"x-c","value":"","enabled":false}]})"))),
            "X-B: 2\nx-A: q\nX-A: r\nUser-Agent: sallyport/test\nAccept: */*\n");
}

TEST(Fields, KeepsAValueThatLooksLikeANumber) {
  const OutgoingRequest request = Built(
      Compile("{}"), Query(R"({"headers":[{"name":"X-A","value":"0"},{"name":"X-B","value":"007"},
                                 {"name":"X-C","value":"{{ n }}"},{"name":"X-D","value":"{{ s }}"}]})"),
      R"({"n":1.50,"s":"00"})");
  EXPECT_EQ(SentField(request, "X-A"), "0");
  EXPECT_EQ(SentField(request, "X-B"), "007");
  EXPECT_EQ(SentField(request, "X-C"), "1.50");
  EXPECT_EQ(SentField(request, "X-D"), "00");
}

TEST(Fields, RefusesControlBytesInValues) {
  const QueryPointer query = Query(R"({"headers":[{"name":"X-A","value":"a{{ x }}"}]})");
  for (const char* value : {R"("\r\nX-Evil: 1")", R"("\n")", R"("\u0000")", R"("\u007f")"}) {
    const auto request = TryRun(Compile("{}"), query, std::string(R"({"x":)") + value + "}");
    EXPECT_EQ(KindOf(request), ErrorKind::kUnsafeValue) << value;
  }
  EXPECT_EQ(SentField(Built(Compile("{}"), query, R"({"x":"\t\u00e9"})"), "X-A"), "a\t\xC3\xA9");
}

TEST(Fields, NeverSendsFramingFromARow) {
  for (const char* name : {"Connection", "Transfer-Encoding", "Host", "content-length", "Upgrade",
                           "Expect", "Content_Length", "transfer_encoding"}) {
    const Json query = {{"headers", Json::array({{{"name", name}, {"value", "x"}}})}};
    const auto request = TryRun(Compile("{}"), Query(query.dump()));
    ASSERT_EQ(KindOf(request), ErrorKind::kUnsafeValue) << name;
    EXPECT_EQ(request.error().violations().at(0).pointer, "/headers/" + std::string(name));
    const CompiledPointer resource = Compile(query.dump());
    ASSERT_TRUE(resource->problem) << name;
    EXPECT_EQ(resource->problem->violations().at(0).pointer, "/headers/" + std::string(name));
  }
}

TEST(Fields, LetsTheCredentialWin) {
  const CompiledPointer resource =
      Compile(R"({"headers":[{"name":"authorization","value":"resource"}],
                  "auth":{"type":"bearer","token":"t&k\"","prefix":"Bearer"}})");
  const OutgoingRequest request =
      Built(resource, Query(R"({"headers":[{"name":"AUTHORIZATION","value":"query"}]})"));
  EXPECT_EQ(Lines(request),
            "User-Agent: sallyport/test\nAccept: */*\nAuthorization: Bearer t&k\"\n");
  EXPECT_EQ(ShownField(request, "authorization"), "********");
  EXPECT_TRUE(request.fields.back().confined);
}

TEST(Fields, LeavesOutAHeaderThatStandsForNothing) {
  const QueryPointer query = Query(
      R"({"headers":[{"name":"X-A","value":"{{ x }}"}],"inputs":[{"name":"x","required":false}]})");
  EXPECT_EQ(SentField(Built(Compile("{}"), query), "X-A"), "-");
  EXPECT_EQ(SentField(Built(Compile("{}"), query, R"({"x":""})"), "X-A"), "");
}

TEST(Fields, MasksSecretsStructurally) {
  const CompiledPointer resource =
      Compile(R"({"headers":[{"name":"X-Api-Key","value":"a&b\"c","secret":true}]})");
  const OutgoingRequest request = Built(
      resource,
      Query(
          R"({"headers":[{"name":"X-A","value":"k={{ s.x }}&{{ p }}"},{"name":"X-B","value":"{{ p }}"}],
                    "inputs":[{"name":"s","type":"object","secret":true},{"name":"p"}]})"),
      R"({"s":{"x":"&\""},"p":"&\""})");
  EXPECT_EQ(ShownField(request, "x-api-key"), "********");
  EXPECT_EQ(ShownField(request, "x-a"), "k=********&&\"");
  EXPECT_EQ(SentField(request, "X-A"), "k=&\"&&\"");
  EXPECT_EQ(ShownField(request, "x-b"), "&\"");
  EXPECT_TRUE(request.fields[0].confined);
  EXPECT_TRUE(request.fields[1].confined);
  EXPECT_FALSE(request.fields[2].confined);
}

TEST(Cookies, BecomeOneFieldInOrder) {
  const CompiledPointer resource =
      Compile(R"({"headers":[{"name":"Cookie","value":"h=1; c=2; k=3"}],
                  "cookies":[{"name":"c","value":"4"},{"name":"C","value":"5"},{"name":"r","value":"6"}],
                  "auth":{"type":"api_key","send_as":"cookie","name":"k","value":"s;e","prefix":""}})");
  const OutgoingRequest request =
      Built(resource, Query(R"({"cookies":[{"name":"r","value":"{{ x }}"},{"name":"k","value":"q"},
                                        {"name":"e","value":""}]})"),
            R"({"x":"a b;%\"\u00e9"})");
  EXPECT_EQ(SentField(request, "Cookie"), "h=1; c=4; C=5; r=a%20b%3B%%22%C3%A9; e=; k=s%3Be");
  EXPECT_EQ(ShownField(request, "cookie"), "h=1; c=4; C=5; r=a%20b%3B%%22%C3%A9; e=; k=********");
}

TEST(Cookies, AreShownByNameWhenSecret) {
  const OutgoingRequest request = Built(
      Compile("{}"), Query(R"({"headers":[{"name":"cookie","value":"a=1; b={{ x }}","secret":false},
                           {"name":"Cookie","value":"c=2; d=3","secret":true}],
                "cookies":[{"name":"e","value":"5","secret":true},{"name":"f","value":"x{{ s }}"}],
                "inputs":[{"name":"x"},{"name":"s","secret":true}]})"),
      R"({"x":"9","s":"; z=1"})");
  EXPECT_EQ(SentField(request, "Cookie"), "a=1; b=9; c=2; d=3; e=5; f=x%3B%20z=1");
  EXPECT_EQ(ShownField(request, "cookie"),
            "a=1; b=9; c=********; d=********; e=********; f=x********");
}

TEST(Cookies, KeepEscapesOfTheirText) {
  EXPECT_EQ(
      SentField(Built(Compile("{}"), Query(R"({"cookies":[{"name":"a","value":"x%20y z"}]})")),
                "Cookie"),
      "a=x%20y%20z");
}

TEST(Framing, SaysTheLengthWhereABodyIsExpected) {
  for (const char* method : {"POST", "PUT", "PATCH"}) {
    const Json query = {{"method", method}};
    EXPECT_EQ(SentField(Built(Compile("{}"), Query(query.dump())), "Content-Length"), "0")
        << method;
  }
  for (const char* method : {"GET", "DELETE", "OPTIONS", "PURGE"}) {
    const Json query = {{"method", method}};
    EXPECT_EQ(SentField(Built(Compile("{}"), Query(query.dump())), "Content-Length"), "-")
        << method;
  }
}

}  // namespace
}  // namespace sallyport::request::test
