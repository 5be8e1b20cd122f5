// Runs whose inputs come as a form: what is held, what is streamed, and what ends an upload.
#include <gtest/gtest.h>

#include "unit/pipeline/run_bench.h"

namespace sallyport::pipeline::test {
namespace {

/// Inputs: id (integer), note (optional), a and b (files), c (optional file).
constexpr std::string_view kUpload = R"({"method":"POST","path":"/u/{{ id }}",
  "inputs":[
    {"name":"id","type":"integer","required":true,"default":null,"secret":false},
    {"name":"note","type":"string","required":false,"default":null,"secret":false},
    {"name":"a","type":"file","required":true,"default":null,"secret":false},
    {"name":"b","type":"file","required":false,"default":null,"secret":false}],
  "body":{"type":"multipart","fields":[
    {"name":"t","kind":"text","value":"{{ note }}"},
    {"name":"fa","kind":"file","value":"{{ a }}"},
    {"name":"fb","kind":"file","value":"{{ b }}"}]}})";
constexpr std::string_view kBinary = R"({"method":"PUT","path":"/f",
  "inputs":[{"name":"a","type":"file","required":true,"default":null,"secret":false}],
  "body":{"type":"binary","param":"a","content_type":"image/png"}})";

const std::string kLarge(200000, 'x');
const std::string kId = Part("params", R"({"id":5})");

/// A caller who sends its body in small pieces, not with the head.
void Drip(FakeExchange& exchange) {
  exchange.body_arrives_with_head = false;
  exchange.piece_bytes = 1000;
}

TEST(RunForm, SmallFilesAreHeldAndCounted) {
  Bench bench;
  bench.AddQuery("up", kUpload);
  FakeExchange exchange = RunForm("up", Part("a", "AAA", "a.png", "image/png") + kId);
  bench.Run(exchange);
  EXPECT_EQ(exchange.status, 200) << exchange.sent;
  EXPECT_FALSE(bench.target.had_source);
  EXPECT_NE(bench.target.head.find("Content-Length: "), std::string::npos);
  EXPECT_TRUE(bench.target.head.starts_with("POST /v1/u/5 HTTP/1.1\r\n"));
  EXPECT_NE(bench.target.body.find("name=\"fa\"; filename=\"a.png\"\r\nContent-Type: image/png"
                                   "\r\n\r\nAAA\r\n"),
            std::string::npos)
      << bench.target.body;
  EXPECT_EQ(bench.target.body.find("name=\"fb\""), std::string::npos) << "was not given";
}

TEST(RunForm, ALargeFileIsStreamedOnceTheParamsHaveCome) {
  Bench bench;
  bench.settings.api_body_bytes = 10000;
  bench.AddQuery("up", kUpload);
  FakeExchange exchange = RunForm("up", kId + Part("a", kLarge, "a.bin"));
  Drip(exchange);
  bench.Run(exchange);
  EXPECT_EQ(exchange.status, 200) << exchange.sent;
  EXPECT_TRUE(bench.target.had_source);
  EXPECT_TRUE(bench.target.chunked);
  EXPECT_NE(bench.target.head.find("Transfer-Encoding: chunked\r\n"), std::string::npos);
  const std::size_t at = bench.target.body.find(kLarge + "\r\n--");
  EXPECT_NE(at, std::string::npos);
  EXPECT_TRUE(bench.target.body.ends_with("--\r\n"));
  EXPECT_EQ(bench.target.body.find("name=\"fb\""), std::string::npos)
      << "its part is left out when it turns out not to come";
}

TEST(RunForm, LargeFilesStreamOneAfterTheOtherWithTheirOwnNames) {
  Bench bench;
  bench.settings.api_body_bytes = 10000;
  bench.AddQuery("up", kUpload);
  FakeExchange exchange = RunForm(
      "up", kId + Part("a", kLarge, "a.bin") + Part("b", kLarge + "B", "b.pdf", "application/pdf"));
  Drip(exchange);
  bench.Run(exchange);
  EXPECT_EQ(exchange.status, 200) << exchange.sent;
  const std::size_t first = bench.target.body.find(kLarge + "\r\n--");
  const std::size_t second = bench.target.body.find(kLarge + "B\r\n--");
  ASSERT_NE(first, std::string::npos);
  ASSERT_NE(second, std::string::npos);
  EXPECT_LT(first, second);
  EXPECT_NE(bench.target.body.find("filename=\"b.pdf\"\r\nContent-Type: application/pdf"),
            std::string::npos);
  const Json envelope = Sent(exchange);
  EXPECT_NE(envelope["request"]["body"].get<std::string>().find("b.pdf"), std::string::npos);
}

TEST(RunForm, OneBoundaryRunsThroughTheWholeBody) {
  Bench bench;
  bench.AddQuery("up", kUpload);
  FakeExchange exchange =
      RunForm("up", kId + Part("a", kLarge, "a.bin") + Part("b", "small", "b.bin"));
  Drip(exchange);
  bench.Run(exchange);
  ASSERT_EQ(exchange.status, 200) << exchange.sent;
  const std::size_t at = bench.target.head.find("boundary=");
  ASSERT_NE(at, std::string::npos);
  const std::string boundary =
      bench.target.head.substr(at + 9, bench.target.head.find("\r\n", at) - at - 9);
  int delimiters = 0;
  for (std::size_t i = bench.target.body.find("--" + boundary); i != std::string::npos;
       i = bench.target.body.find("--" + boundary, i + 1)) {
    ++delimiters;
  }
  EXPECT_EQ(delimiters, 3) << "two parts and the end";
}

TEST(RunForm, AFileThatComesTooEarlyIsHeldUpToTheLimit) {
  struct Case {
    std::size_t limit;
    int status;
  };
  for (const Case& c : {Case{1000000, 200}, Case{150000, 413}}) {
    Bench bench;
    bench.settings.api_body_bytes = c.limit;
    bench.AddQuery("up", kUpload);
    FakeExchange exchange =
        RunForm("up", Part("b", kLarge, "b.bin") + kId + Part("a", "AAA", "a.bin"));
    Drip(exchange);
    bench.Run(exchange);
    EXPECT_EQ(exchange.status, c.status) << exchange.sent;
    if (c.status == 413) {
      EXPECT_NE(Sent(exchange).value("hint", "").find("\"params\" first"), std::string::npos);
      EXPECT_EQ(bench.target.calls, 0);
    } else {
      EXPECT_LT(bench.target.body.find("AAA"), bench.target.body.find(kLarge));
    }
  }
}

TEST(RunForm, WithoutOtherInputsAFileNeedsNoParams) {
  Bench bench;
  bench.settings.api_body_bytes = 10000;
  bench.AddQuery("put", kBinary);
  FakeExchange exchange = RunForm("put", Part("a", kLarge, "a.png"));
  Drip(exchange);
  bench.Run(exchange);
  EXPECT_EQ(exchange.status, 200) << exchange.sent;
  EXPECT_EQ(bench.target.body, kLarge);
  EXPECT_NE(bench.target.head.find("Content-Type: image/png\r\n"), std::string::npos);
}

TEST(RunForm, UndeclaredFilesStreamToo) {
  Bench bench;
  bench.settings.api_body_bytes = 10000;
  bench.AddQuery("put", R"({"method":"PUT","path":"/f/{{ name }}",
    "body":{"type":"binary","param":"a","content_type":"image/png"}})");
  FakeExchange exchange = RunForm(
      "put", Part("name", "n") + Part("other", kLarge, "x.bin") + Part("a", kLarge, "a.png"));
  Drip(exchange);
  bench.Run(exchange);
  EXPECT_EQ(exchange.status, 200) << exchange.sent;
  EXPECT_EQ(bench.target.body, kLarge);
}

TEST(RunForm, TextPartsAreReadAsTheDeclaredType) {
  Bench bench;
  bench.AddQuery("up", kUpload);
  FakeExchange exchange =
      RunForm("up", Part("id", "7") + Part("note", "hi") + Part("a", "AAA", "a.bin"));
  bench.Run(exchange);
  EXPECT_EQ(exchange.status, 200) << exchange.sent;
  EXPECT_TRUE(bench.target.head.starts_with("POST /v1/u/7 "));
  EXPECT_NE(bench.target.body.find("hi"), std::string::npos);
}

TEST(RunForm, WhatIsWrongBeforeAnythingIsSentIsToldAtOnce) {
  struct Case {
    std::string parts;
    int status;
    std::string_view code;
  };
  for (const Case& c :
       {Case{kId, 422, "missing_parameter"},
        Case{Part("params", "{}") + Part("a", kLarge, "a.bin"), 422, "missing_parameter"},
        Case{Part("params", R"({"id":5,"idd":6})") + Part("a", kLarge, "a.bin"), 422,
             "unknown_parameter"},
        Case{kId + Part("x", "A", "a.bin"), 422, "unknown_parameter"},
        Case{kId + Part("id", "5") + Part("a", "A", "a.bin"), 422, "invalid_parameter"},
        Case{kId + Part("note", "A", "a.txt"), 422, "invalid_parameter"},
        Case{kId + kId + Part("a", "A", "a.bin"), 400, "malformed_request"},
        Case{Part("params", "{") + Part("a", "A", "a.bin"), 400, "malformed_json"},
        Case{Part("params", "[]") + Part("a", "A", "a.bin"), 422, "validation_failed"}}) {
    Bench bench;
    bench.AddQuery("up", kUpload);
    FakeExchange exchange = RunForm("up", c.parts);
    Drip(exchange);
    bench.Run(exchange);
    EXPECT_EQ(exchange.status, c.status) << c.parts.substr(0, 200) << exchange.sent;
    EXPECT_EQ(exchange.Code(), c.code) << c.parts.substr(0, 200);
    EXPECT_EQ(bench.target.calls, 0);
  }
}

TEST(RunForm, WhatIsWrongBehindAStreamedFileCutsTheRequest) {
  struct Case {
    std::string tail;
    int status;
    std::string_view code;
  };
  for (const Case& c : {Case{Part("note", "late"), 422, "invalid_parameter"},
                        Case{Part("x", "A", "a.bin"), 422, "unknown_parameter"},
                        Case{Part("a", "A", "a.bin"), 422, "invalid_parameter"},
                        Case{Part("params", R"({"id":6})"), 422, "invalid_parameter"}}) {
    Bench bench;
    bench.AddQuery("up", kUpload);
    FakeExchange exchange = RunForm("up", kId + Part("a", kLarge, "a.bin") + c.tail);
    Drip(exchange);
    bench.Run(exchange);
    EXPECT_EQ(exchange.Code(), c.code) << exchange.sent;
    EXPECT_EQ(exchange.status, c.status);
    EXPECT_FALSE(bench.target.body.ends_with("--\r\n")) << "the request never looks complete";
    EXPECT_TRUE(bench.target.seen.empty());
  }
}

TEST(RunForm, AFormThatIsCutNeverMakesACompleteRequest) {
  for (const std::string_view body : {kUpload, kBinary}) {
    Bench bench;
    bench.AddQuery("up", body);
    const std::string cut = kId + Part("a", kLarge, "a.bin");
    const std::string binary_cut = Part("a", kLarge, "a.bin");
    FakeExchange exchange =
        PostForm("/api/v1/resources/r/queries/up/run", body == kBinary ? binary_cut : cut);
    Drip(exchange);
    bench.Run(exchange);
    EXPECT_EQ(exchange.Code(), "malformed_request") << exchange.sent;
    EXPECT_TRUE(bench.target.seen.empty());
  }
}

TEST(RunForm, APreviewCountsFilesAndHoldsNone) {
  Bench bench;
  bench.settings.api_body_bytes = 10000;
  bench.AddQuery("up", kUpload);
  FakeExchange exchange = PostForm("/api/v1/resources/r/queries/up/preview",
                                   Part("a", kLarge, "a.bin") + kId + FormEnd());
  Drip(exchange);
  bench.Run(exchange);
  EXPECT_EQ(exchange.status, 200) << exchange.sent;
  EXPECT_EQ(bench.target.calls, 0);
  EXPECT_NE(Sent(exchange)["request"]["body"].get<std::string>().find("a.bin"), std::string::npos);
}

TEST(RunForm, AnUnsavedQueryIsAPartAndMayComeLate) {
  const std::string query = Part("query", kUpload);
  for (const std::string& parts :
       {query + kId + Part("a", kLarge, "a.bin"), kId + Part("a", "AAA", "a.bin") + query}) {
    Bench bench;
    FakeExchange exchange = PostForm("/api/v1/resources/r/request", parts + FormEnd());
    Drip(exchange);
    bench.Run(exchange);
    EXPECT_EQ(exchange.status, 200) << exchange.sent;
    EXPECT_TRUE(bench.target.head.starts_with("POST /v1/u/5 "));
  }
  Bench bench;
  FakeExchange exchange = PostForm("/api/v1/resources/r/request", kId + FormEnd());
  bench.Run(exchange);
  EXPECT_EQ(Sent(exchange)["violations"][0]["pointer"], "/query");
}

TEST(RunForm, ManyEmptyPartsAreBoundedToo) {
  Bench bench;
  bench.settings.api_body_bytes = 10000;
  bench.AddQuery("user", R"({"path":"/{{ id }}"})");
  std::string parts;
  for (int i = 0; i < 100; ++i) parts += Part("id", "");
  FakeExchange exchange = RunForm("user", parts);
  bench.Run(exchange);
  EXPECT_EQ(exchange.Code(), "payload_too_large");
}

/// As kUpload, with a boundary that callers may know.
std::string WithOwnBoundary() {
  std::string query(kUpload);
  query.insert(1, R"("headers":[{"name":"Content-Type","value":"multipart/form-data; boundary=own",
                    "enabled":true,"secret":false}],)");
  return query;
}

TEST(RunForm, AStreamedFileCannotAddPartsToABodyWhoseBoundaryIsKnown) {
  const std::string part = "\r\n--own\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n1";
  for (std::size_t at = 99980; at < 100010; ++at) {  // wherever a piece ends
    Bench bench;
    bench.settings.api_body_bytes = 10000;
    bench.AddQuery("up", WithOwnBoundary());
    std::string file = kLarge;
    file.insert(at, part);
    FakeExchange exchange = RunForm("up", kId + Part("a", file, "a.bin"));
    Drip(exchange);
    bench.Run(exchange);
    EXPECT_EQ(exchange.Code(), "unsafe_value") << exchange.sent;
    EXPECT_EQ(Sent(exchange)["violations"][0]["pointer"], "/params/a");
    EXPECT_FALSE(bench.target.body.ends_with("--\r\n")) << "the request never looks complete";
    EXPECT_TRUE(bench.target.seen.empty());
  }
}

TEST(RunForm, AHeldFileCannotAddPartsEither) {
  Bench bench;
  bench.AddQuery("up", WithOwnBoundary());
  FakeExchange exchange = RunForm("up", kId + Part("a", "A\r\n--own--", "a.bin"));
  bench.Run(exchange);
  EXPECT_EQ(exchange.Code(), "unsafe_value") << exchange.sent;
  EXPECT_EQ(bench.target.calls, 0);
}

TEST(RunForm, AnyOtherContentPassesBesideAKnownBoundary) {
  Bench bench;
  bench.settings.api_body_bytes = 10000;
  bench.AddQuery("up", WithOwnBoundary());
  FakeExchange exchange = RunForm("up", kId + Part("a", kLarge + "\r\n--ow n", "a.bin"));
  Drip(exchange);
  bench.Run(exchange);
  EXPECT_EQ(exchange.status, 200) << exchange.sent;
  EXPECT_TRUE(bench.target.body.ends_with("\r\n--own--\r\n"));
}

}  // namespace
}  // namespace sallyport::pipeline::test
