// What an envelope makes of a target's answer: nothing lost, nothing guessed, and a broken answer
// never looks whole.
#include <gmock/gmock.h>
#include <zlib.h>

#include "support/query_fixture.h"
#include "support/scripted_target.h"

namespace sallyport::test {
namespace {

using testing::HasSubstr;

std::string Gzip(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string Message(const std::string& fields, const std::string& body) {
  return "HTTP/1.1 200 OK\r\n" + fields + "Content-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

class QueryAnswer : public QueryFixture {
 protected:
  void SetUp() override {
    StartGateway(std::string(kLoopbackConfig) +
                 "limits: {envelope_bytes: 4194304, decode_ratio: 50}\n");
  }

  /// Runs a query whose target answers with `bytes` and closes.
  HttpResponse RunAgainst(const std::string& bytes, const std::string& query_string = "",
                          const TestJson& query = {{"path", "/x"}}) {
    target_ = std::make_unique<ScriptedTarget>([bytes](TargetConnection& connection) {
      if (!connection.ReadHead().empty()) (void)connection.Send(bytes);
    });
    const std::string slug = "t" + std::to_string(++count_);
    CreateResource(slug, target_->url());
    SaveQuery(slug, "q", query);
    return Run(slug, "q", TestJson::object(), query_string);
  }
  TestJson Envelope(const std::string& fields, const std::string& body) {
    return EnvelopeOf(RunAgainst(Message(fields, body)));
  }

  std::unique_ptr<ScriptedTarget> target_;
  int count_ = 0;
};

TEST_F(QueryAnswer, KeepsTheBytesOfJson) {
  const std::string json =
      R"({ "z": 1.10, "big": 12345678901234567890123, "a": 1e2, "twice": 1, "twice": 2, "u": "\u00e9" })";
  for (const char* type : {"application/json", "application/problem+json",
                           "text/json; charset=utf-8", "APPLICATION/VND.X+JSON"}) {
    const HttpResponse response =
        RunAgainst(Message("Content-Type: " + std::string(type) + "\r\n", json));
    EXPECT_EQ(EnvelopeOf(response)["body_encoding"], "json") << type;
    EXPECT_THAT(response.body, HasSubstr("\"body\":" + json)) << type;
  }
  EXPECT_EQ(Envelope("Content-Type: application/json\r\n", "\xEF\xBB\xBF[1]")["body"],
            TestJson::array({1}));
  const TestJson utf16 =
      Envelope("Content-Type: application/json; charset=utf-16le\r\n", std::string("[\0"
                                                                                   "1\0"
                                                                                   "]\0",
                                                                                   6));
  EXPECT_EQ(utf16["body"], TestJson::array({1}));
}

TEST_F(QueryAnswer, ShowsWhatIsNoJsonAsTextWithAWarning) {
  for (const char* body : {"{\"a\":1", "<html>", "{}{}", "[1,]", "NaN"}) {
    const TestJson envelope = Envelope("Content-Type: application/json\r\n", body);
    EXPECT_EQ(envelope["body_encoding"], "text") << body;
    EXPECT_EQ(envelope["body"], body);
    EXPECT_EQ(envelope["warnings"].size(), 1U) << body;
  }
}

TEST_F(QueryAnswer, ReadsTextByItsCharset) {
  const struct {
    const char* type;
    std::string body;
    const char* text;
  } kTexts[] = {
      {"text/plain; charset=utf-8", "\u00e9\u6f22", "\u00e9\u6f22"},
      {"text/plain; charset=ISO-8859-1", "caf\xe9", "caf\u00e9"},
      {"text/plain; charset=\"windows-1252\"", "\x80 1", "\u20ac 1"},
      {"text/csv; charset=utf-16",
       std::string("\xff\xfe"
                   "a\0\xe9\0",
                   6),
       "a\u00e9"},
      {"text/plain", "\u00e9", "\u00e9"},
      {"application/xml", "<a>\u00e9</a>", "<a>\u00e9</a>"},
      {"application/javascript", "x()", "x()"},
      {"image/svg+xml", "<svg/>", "<svg/>"},
  };
  for (const auto& [type, body, text] : kTexts) {
    const TestJson envelope = Envelope("Content-Type: " + std::string(type) + "\r\n", body);
    EXPECT_EQ(envelope["body_encoding"], "text") << type;
    EXPECT_EQ(envelope["body"], text) << type;
    EXPECT_EQ(envelope["size"], body.size()) << type;
    EXPECT_EQ(envelope["warnings"], TestJson::array()) << type;
  }
  const TestJson guessed = Envelope("Content-Type: text/plain\r\n", "caf\xe9");
  EXPECT_EQ(guessed["body"], "caf\u00e9");
  EXPECT_EQ(guessed["warnings"].size(), 1U);
}

TEST_F(QueryAnswer, ShowsEverythingElseAsBase64) {
  for (const char* fields :
       {"Content-Type: application/pdf; charset=x\r\n", "Content-Type: image/png\r\n",
        "Content-Type: application/octet-stream\r\n", "", "Content-Type: nonsense\r\n"}) {
    const TestJson envelope = Envelope(fields, std::string("\x00\xff%", 3));
    EXPECT_EQ(envelope["body_encoding"], "base64") << fields;
    EXPECT_EQ(envelope["body"], "AP8l") << fields;
    EXPECT_EQ(envelope["size"], 3);
  }
  const TestJson lying = Envelope("Content-Type: text/plain; charset=utf-8\r\n", "\xff\xfe\xfd");
  EXPECT_EQ(lying["body_encoding"], "base64") << lying;
  EXPECT_EQ(lying["warnings"].size(), 1U);
  const TestJson unknown = Envelope("Content-Type: text/plain; charset=klingon\r\n", "x");
  EXPECT_EQ(unknown["body_encoding"], "base64");
  EXPECT_EQ(unknown["warnings"].size(), 1U);
  const TestJson coded = Envelope("Content-Type: text/plain\r\nContent-Encoding: zstd\r\n", "x");
  EXPECT_EQ(coded["body_encoding"], "base64");
  EXPECT_THAT(coded["warnings"].dump(), HasSubstr("Content-Encoding"));
}

TEST_F(QueryAnswer, HasNoBodyWhereThereIsNone) {
  for (const char* bytes :
       {"HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n"}) {
    const TestJson envelope = EnvelopeOf(RunAgainst(bytes));
    EXPECT_EQ(envelope["body_encoding"], "none") << bytes;
    EXPECT_EQ(envelope["body"], nullptr) << bytes;
    EXPECT_EQ(envelope["size"], 0) << bytes;
  }
}

TEST_F(QueryAnswer, ShowsEveryFieldInOrderWithLowerCaseNames) {
  const TestJson envelope = Envelope(
      "Link: <a>\r\nX-Odd: \xe9\r\nlink: <b>\r\nConnection: X-Hop\r\nX-Hop: 1\r\nSet-Cookie: "
      "a=1\r\n",
      "x");
  TestJson links = TestJson::array();
  for (const TestJson& field : envelope["headers"]) {
    if (field[0] == "link") links.push_back(field[1]);
    EXPECT_NE(field[0], "x-hop");
    EXPECT_NE(field[0], "set-cookie");
  }
  EXPECT_EQ(links, TestJson({"<a>", "<b>"}));
  EXPECT_EQ(envelope["reason"], "OK");
}

TEST_F(QueryAnswer, IsNeverAShortSuccessWhenTheTargetCutsIt) {
  const std::string gzip = Gzip(std::string(10000, 'a') + "end");
  const struct {
    std::string bytes;
    const char* code;
  } kCut[] = {
      {"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\nshort",
       "upstream_reset"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n", "upstream_reset"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nshort", "upstream_reset"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort!!\r\n0\r\n\r\n",
       "upstream_protocol_error"},
      {Message("Content-Encoding: gzip\r\n", gzip.substr(0, gzip.size() - 4)), "decode_failed"},
      {Message("Content-Encoding: gzip\r\n", gzip + "more"), "decode_failed"},
      {Message("Content-Encoding: br\r\n", "no brotli"), "decode_failed"},
  };
  for (const auto& [bytes, code] : kCut) {
    const HttpResponse response = RunAgainst(bytes);
    EXPECT_EQ(response.status, 502) << bytes;
    EXPECT_EQ(CodeOf(response), code) << bytes;
  }
}

TEST_F(QueryAnswer, CutsARawAnswerThatTheTargetCuts) {
  for (const char* bytes :
       {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n"}) {
    const HttpResponse response = RunAgainst(bytes, "?raw=1");
    EXPECT_FALSE(response.complete && response.status == 200) << bytes;
  }
}

TEST_F(QueryAnswer, NamesTheLimitThatItExceeds) {
  const std::string large(5 * 1024 * 1024, 'x');
  const HttpResponse over = RunAgainst(Message("Content-Type: text/plain\r\n", large));
  EXPECT_EQ(over.status, 502) << over.body;
  EXPECT_EQ(CodeOf(over), "upstream_too_large");
  EXPECT_THAT(over.body, HasSubstr("limits.envelope_bytes"));

  const HttpResponse chunked = RunAgainst(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n500000\r\n" + large + "\r\n0\r\n\r\n");
  EXPECT_EQ(CodeOf(chunked), "upstream_too_large") << chunked.body;

  const HttpResponse bomb =
      RunAgainst(Message("Content-Encoding: gzip\r\n", Gzip(std::string(3 * 1024 * 1024, '\0'))));
  EXPECT_EQ(CodeOf(bomb), "upstream_too_large");
  EXPECT_THAT(bomb.body, HasSubstr("limits.decode_ratio"));

  const TestJson inside =
      Envelope("Content-Type: text/plain\r\n", large.substr(0, 4 * 1024 * 1024));
  EXPECT_EQ(inside["size"], 4 * 1024 * 1024);
  const HttpResponse raw = RunAgainst(Message("", large), "?raw=1");
  EXPECT_EQ(raw.status, 200) << "a raw answer is not held, so no limit applies";
  EXPECT_EQ(raw.body.size(), large.size());
}

TEST_F(QueryAnswer, MasksSecretsWhateverTheyLookLike) {
  const std::string secret = "a&b=c d\"/%\u00e9";
  target_ = std::make_unique<ScriptedTarget>(ScriptedTarget::Always(
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"));
  CreateResource(
      "s", target_->url(),
      {{"params", {{{"name", "api_key"}, {"value", secret}}}},
       {"auth", {{"type", "api_key"}, {"send_as", "query"}, {"name", "key"}, {"value", secret}}}});
  SaveQuery("s", "q",
            {{"method", "POST"},
             {"path", "/p/{{ pin }}"},
             {"params", {{{"name", "p"}, {"value", "x{{ pin }}y"}}}},
             {"headers", {{{"name", "X-P"}, {"value", "{{ pin }}"}}}},
             {"cookies", {{{"name", "c"}, {"value", "{{ pin }}"}}}},
             {"body", {{"type", "json"}, {"text", R"({"in": "<{{ pin }}>", "out": {{ pin }}})"}}},
             {"inputs", {{{"name", "pin"}, {"type", "string"}, {"secret", true}}}}});
  const HttpResponse ran = Run("s", "q", {{"pin", secret}});
  const TestJson envelope = EnvelopeOf(ran);
  EXPECT_EQ(envelope["request"]["url"],
            target_->url() + "/p/********?api_key=********&p=x********y&key=********");
  EXPECT_EQ(envelope["request"]["body"], R"({"in": "<********>", "out": "********"})");
  for (const std::string& text : {ran.body, Preview("s", "q", {{"pin", secret}}).body}) {
    for (const char* form : {"a&b", "a%26b", "c d", "c%20d", "c+d"}) {
      EXPECT_EQ(text.find(form), std::string::npos) << form << " in " << text;
    }
  }
  // It did arrive.
  EXPECT_THAT(target_->received(), HasSubstr("POST /p/a%26b%3Dc%20d%22%2F%25%C3%A9?"));
}

}  // namespace
}  // namespace sallyport::test
