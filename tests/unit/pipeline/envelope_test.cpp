#include "pipeline/envelope/envelope.h"

#include <gtest/gtest.h>

#include <limits>

#include "sallyport/base/json.h"

namespace sallyport::pipeline {
namespace {

using namespace std::string_literals;

EnvelopeParts Parts() {
  EnvelopeParts parts;
  parts.status = 200;
  parts.reason = "OK";
  parts.headers.Add({"Content-Type", "application/json"});
  parts.content_type = "application/json";
  parts.body = R"({"b":1,"a":9007199254740993})";
  parts.request_json = R"({"method":"GET","url":"https://x/","headers":[],"body":null})";
  parts.timing.first_byte_ms = 12;
  parts.timing.reused_connection = true;
  parts.total_ms = 14.0314;
  parts.request_id = "r1";
  return parts;
}

Json Render(const EnvelopeParts& parts) {
  const std::string text = RenderEnvelope(parts);
  const Result<Json> json = ParseJson(text, 1000);
  EXPECT_TRUE(json) << text;
  return json ? *json : Json();
}

TEST(Envelope, HasTheMembersOfTheContractInOrder) {
  EXPECT_EQ(
      RenderEnvelope(Parts()),
      R"({"status":200,"reason":"OK","headers":[["content-type","application/json"]],)"
      R"("body_encoding":"json","body":{"b":1,"a":9007199254740993},"size":28,"warnings":[],)"
      R"("request":{"method":"GET","url":"https://x/","headers":[],"body":null},)"
      R"("timing":{"dns_ms":0,"connect_ms":0,"tls_ms":0,"first_byte_ms":12,"total_ms":14.031,)"
      R"("reused_connection":true},"redirects":[],"attempts":1,"token":"none","request_id":"r1"})");
}

TEST(Envelope, ShowsEveryKindOfBody) {
  EnvelopeParts parts = Parts();
  parts.content_type = "text/plain";
  parts.body = "a \"b\"\\\n\x01\x7F \xE2\x82\xAC";
  Json envelope = Render(parts);
  EXPECT_EQ(envelope["body_encoding"], "text");
  EXPECT_EQ(envelope["body"], parts.body);
  EXPECT_EQ(envelope["size"], parts.body.size());

  parts.content_type = "application/pdf; charset=x";
  envelope = Render(parts);
  EXPECT_EQ(envelope["body_encoding"], "base64");
  EXPECT_EQ(envelope["body"], "YSAiYiJcCgF/IOKCrA==");
  EXPECT_EQ(envelope["size"], parts.body.size());
  EXPECT_EQ(envelope["warnings"], Json::array());

  parts.body = "";
  envelope = Render(parts);
  EXPECT_EQ(envelope["body_encoding"], "none");
  EXPECT_EQ(envelope["body"], nullptr);
  EXPECT_EQ(envelope["size"], 0);
}

TEST(Envelope, CountsTheBytesThatTheTargetMeant) {
  EnvelopeParts parts = Parts();
  parts.content_type = "text/plain; charset=iso-8859-1";
  parts.body = "\xFC\xFC";
  const Json envelope = Render(parts);
  EXPECT_EQ(envelope["body"], "\xC3\xBC\xC3\xBC");
  EXPECT_EQ(envelope["size"], 2);
}

TEST(Envelope, ShowsABodyThatStayedEncodedAsBase64) {
  EnvelopeParts parts = Parts();
  parts.left_encoded = true;
  parts.warnings = {"left"};
  const Json envelope = Render(parts);
  EXPECT_EQ(envelope["body_encoding"], "base64");
  EXPECT_EQ(envelope["warnings"], Json::array({"left"}));
}

TEST(Envelope, PutsTheWarningOfTheBodyLast) {
  EnvelopeParts parts = Parts();
  parts.body = "{";
  parts.warnings = {"first \"one\""};
  const Json envelope = Render(parts);
  EXPECT_EQ(envelope["body_encoding"], "text");
  ASSERT_EQ(envelope["warnings"].size(), 2U);
  EXPECT_EQ(envelope["warnings"][0], "first \"one\"");
  EXPECT_NE(envelope["warnings"][1].get<std::string>().find("JSON"), std::string::npos);
}

TEST(Envelope, ReadsBytesInHeadsThatAreNoUtf8AsLatin1) {
  EnvelopeParts parts = Parts();
  parts.reason = "";
  parts.headers.Add({"X-Name", "Z\xFCrich"});
  parts.headers.Add({"x-name", "Z\xC3\xBCrich \"q\"\t"});
  Json envelope = Render(parts);
  EXPECT_EQ(envelope["reason"], "");
  EXPECT_EQ(envelope["headers"], Json::parse("[[\"content-type\",\"application/json\"],"
                                             "[\"x-name\",\"Z\xC3\xBCrich\"],"
                                             "[\"x-name\",\"Z\xC3\xBCrich \\\"q\\\"\\t\"]]"));
  parts.reason = "Gr\xFC\xDF Gott";
  envelope = Render(parts);
  EXPECT_EQ(envelope["reason"], "Gr\xC3\xBC\xC3\x9F Gott");
}

TEST(Envelope, ListsRedirectsAttemptsAndTheUseOfTheToken) {
  EnvelopeParts parts = Parts();
  parts.redirects = {{302, "https://x/\"a\""}, {307, "https://y/?k=********"}};
  parts.attempts = 3;
  parts.token = TokenUse::kRefreshed;
  const Json envelope = Render(parts);
  EXPECT_EQ(envelope["redirects"], Json::parse(R"([{"status":302,"url":"https://x/\"a\""},)"
                                               R"({"status":307,"url":"https://y/?k=********"}])"));
  EXPECT_EQ(envelope["attempts"], 3);
  EXPECT_EQ(envelope["token"], "refreshed");
  EXPECT_EQ(ToString(TokenUse::kCached), "cached");
}

TEST(Envelope, WritesMillisecondsShortly) {
  struct Row {
    double value;
    std::string text;
  };
  const Row rows[] = {{0, "0"},
                      {12, "12"},
                      {0.5, "0.5"},
                      {0.05, "0.05"},
                      {0.001, "0.001"},
                      {0.0004, "0"},
                      {0.9999, "1"},
                      {1234.5678, "1234.568"},
                      {-1, "0"},
                      {std::numeric_limits<double>::quiet_NaN(), "0"},
                      {std::numeric_limits<double>::infinity(), "1000000000000"}};
  for (const Row& row : rows) {
    EnvelopeParts parts = Parts();
    parts.total_ms = row.value;
    EXPECT_NE(RenderEnvelope(parts).find("\"total_ms\":" + row.text + ","), std::string::npos)
        << row.text;
  }
}

TEST(Preview, HasTheRequestTheWarningsAndTheCommand) {
  EXPECT_EQ(RenderPreview(R"({"method":"GET"})", {"one"}, "curl 'a' \\\n  -H \"b\""),
            R"({"request":{"method":"GET"},"warnings":["one"],)"
            R"("curl":"curl 'a' \\\n  -H \"b\""})");
}

}  // namespace
}  // namespace sallyport::pipeline
