#include "head_test_tools.h"

namespace sallyport::http {
namespace {

using namespace std::string_literals;

std::string Code(const std::string& raw, std::string_view method = "GET",
                 const HeadLimits& limits = {}) {
  const Result<ResponseHead> head = ParseResponseHead(raw, method, limits);
  if (head) return "";
  EXPECT_EQ(head.error().source(), ErrorSource::kTarget);
  return std::string(CodeOf(head.error().kind()));
}

std::string Answer(int status, std::string_view lines) {
  return "HTTP/1.1 " + std::to_string(status) + " X\r\n" + std::string(lines) + "\r\n";
}

TEST(StatusLine, GivesStatusAndReasonEvenIfThatIsAbsent) {
  struct Row {
    std::string line;
    int status;
    std::string reason;
    bool http_1_0;
  };
  const Row rows[] = {
      {"HTTP/1.1 200 OK", 200, "OK", false},
      {"HTTP/1.0 404 Not Found", 404, "Not Found", true},
      {"HTTP/1.1 200 ", 200, "", false},
      {"HTTP/1.1 200", 200, "", false},
      {"HTTP/1.1 299 \xC3\x9C\t!", 299, "\xC3\x9C\t!", false},
      {"HTTP/1.1 100 Continue", 100, "Continue", false},
      {"HTTP/1.1 599 Far", 599, "Far", false},
  };
  for (const Row& row : rows) {
    const std::string raw = row.line + "\r\nX: y\r\n\r\n";
    const Result<ResponseHead> head = ParseResponseHead(raw, "GET", {});
    ASSERT_TRUE(head) << row.line << head.error().message();
    EXPECT_EQ(head->status, row.status);
    EXPECT_EQ(head->reason, row.reason);
    EXPECT_EQ(head->http_1_0, row.http_1_0);
    EXPECT_EQ(head->fields.Find("x"), "y");
  }
}

TEST(StatusLine, RefusesWhatIsNoStatusLine) {
  const std::string rows[] = {
      "HTTP/1.1 099 X",
      "HTTP/1.1 000 X",
      "HTTP/1.1 600 X",
      "HTTP/1.1 999 X",
      "HTTP/1.1 20 X",
      "HTTP/1.1 2000 X",
      "HTTP/1.1 2x0 X",
      "HTTP/1.1 -20 X",
      "HTTP/1.1 +20 X",
      "HTTP/1.1  200 OK",
      "HTTP/1.1 OK",
      "HTTP/1.1",
      "HTTP/1.1 ",
      "HTTP/1.1\t200 OK",
      "HTTP/1.1 200\tOK",
      "HTTP/1.1200 OK",
      "HTTP/2.0 200 OK",
      "HTTP/2 200 OK",
      "HTTP/1.2 200 OK",
      "HTTP/0.9 200 OK",
      "http/1.1 200 OK",
      "ICY 200 OK",
      "200 OK",
      "",
      " HTTP/1.1 200 OK",
      "HTTP/1.1 200 O\x01K",
      "HTTP/1.1 200 O\0K"s,
      "HTTP/1.1 200 O\x7FK",
      "HTTP/1.1 200 O\rK",
      "\r\nHTTP/1.1 200 OK",
  };
  for (const std::string& line : rows) {
    EXPECT_EQ(Code(line + "\r\n\r\n"), "upstream_protocol_error") << Shown(line);
  }
}

TEST(ResponseFields, AreReadByTheRulesOfRequests) {
  const std::string rows[] = {
      "X : a\r\n",      " X: a\r\n",      "X: a\r\n b\r\n", ": a\r\n",     "X\r\n",
      "X: a\nY: b\r\n", "X: a\rY: b\r\n", "X: a\x01\r\n",   "X: a\0\r\n"s, "X Y: a\r\n",
  };
  for (const std::string& lines : rows) {
    EXPECT_EQ(Code(Answer(200, lines)), "upstream_protocol_error") << Shown(lines);
  }
  EXPECT_EQ(Code("HTTP/1.1 200 OK\nX: y\n\n"), "upstream_protocol_error");
  EXPECT_EQ(Code("HTTP/1.1 200 OK\r\nX: y\r\n\n"), "upstream_protocol_error");
  EXPECT_EQ(Code("HTTP/1.1 200 OK\r\nX: y\r\n"), "upstream_protocol_error");
  EXPECT_EQ(Code(Answer(200, "Host: a\r\nHost: b\r\n")), "");
}

TEST(ResponseFraming, FollowsMethodStatusAndFields) {
  struct Row {
    std::string method;
    int status;
    std::string lines;
    BodyFraming framing;
    std::uint64_t length;
    std::optional<std::uint64_t> declared;
    bool keep_alive;
  };
  const std::string five = "Content-Length: 5\r\n";
  const std::string chunked = "Transfer-Encoding: chunked\r\n";
  const Row rows[] = {
      {"GET", 200, five, BodyFraming::kLength, 5, std::nullopt, true},
      {"GET", 200, "Content-Length: 0\r\n", BodyFraming::kLength, 0, std::nullopt, true},
      {"GET", 200, chunked, BodyFraming::kChunked, 0, std::nullopt, true},
      {"GET", 200, "", BodyFraming::kUntilClose, 0, std::nullopt, false},
      {"GET", 200, "Connection: keep-alive\r\n", BodyFraming::kUntilClose, 0, std::nullopt, false},
      {"GET", 500, five + "Connection: close\r\n", BodyFraming::kLength, 5, std::nullopt, false},
      {"HEAD", 200, five, BodyFraming::kNone, 0, 5, true},
      {"HEAD", 200, chunked, BodyFraming::kNone, 0, std::nullopt, true},
      {"HEAD", 200, "", BodyFraming::kNone, 0, std::nullopt, true},
      {"head", 200, "", BodyFraming::kUntilClose, 0, std::nullopt, false},
      {"GET", 304, five, BodyFraming::kNone, 0, 5, true},
      {"GET", 304, "", BodyFraming::kNone, 0, std::nullopt, true},
      {"GET", 204, "", BodyFraming::kNone, 0, std::nullopt, true},
      {"GET", 204, "Content-Length: 0\r\n", BodyFraming::kNone, 0, std::nullopt, true},
      {"GET", 204, five, BodyFraming::kNone, 0, std::nullopt, false},
      {"GET", 204, chunked, BodyFraming::kNone, 0, std::nullopt, false},
      {"HEAD", 204, five, BodyFraming::kNone, 0, std::nullopt, false},
      {"GET", 100, "", BodyFraming::kNone, 0, std::nullopt, true},
      {"GET", 103, "Link: </a>\r\n", BodyFraming::kNone, 0, std::nullopt, true},
      {"GET", 199, "", BodyFraming::kNone, 0, std::nullopt, true},
      {"GET", 205, five, BodyFraming::kLength, 5, std::nullopt, true},
  };
  for (const Row& row : rows) {
    const std::string raw = Answer(row.status, row.lines);
    const Result<ResponseHead> head = ParseResponseHead(raw, row.method, {});
    ASSERT_TRUE(head) << row.method << Shown(raw) << head.error().message();
    EXPECT_EQ(head->framing, row.framing) << row.method << Shown(raw);
    EXPECT_EQ(head->content_length, row.length) << row.method << Shown(raw);
    EXPECT_EQ(head->declared_length, row.declared) << row.method << Shown(raw);
    EXPECT_EQ(head->keep_alive, row.keep_alive) << row.method << Shown(raw);
  }
}

TEST(ResponseFraming, RefusesWhatLeavesTheEndOfTheBodyInDoubt) {
  const std::string rows[] = {
      "Content-Length: 5\r\nContent-Length: 5\r\n",
      "Content-Length: 5\r\nContent-Length: 6\r\n",
      "Content-Length: 5, 5\r\n",
      "Content-Length: five\r\n",
      "Content-Length: +5\r\n",
      "Content-Length:\r\n",
      "Content-Length: 9223372036854775808\r\n",
      "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
      "Transfer-Encoding: identity\r\n",
      "Transfer-Encoding: gzip, chunked\r\n",
      "Transfer-Encoding: chunked, chunked\r\n",
      "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
  };
  for (const std::string& lines : rows) {
    for (const int status : {200, 204, 304}) {
      EXPECT_EQ(Code(Answer(status, lines)), "upstream_protocol_error") << Shown(lines);
    }
    EXPECT_EQ(Code(Answer(200, lines), "HEAD"), "upstream_protocol_error") << Shown(lines);
  }
  EXPECT_EQ(Code("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
            "upstream_protocol_error");
}

TEST(ResponseFraming, KeepsHttp10OnlyOnRequest) {
  const std::string plain = "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\n";
  const std::string asking =
      "HTTP/1.0 200 OK\r\nContent-Length: 5\r\nConnection: Keep-Alive\r\n\r\n";
  EXPECT_FALSE(ParseResponseHead(plain, "GET", {})->keep_alive);
  EXPECT_TRUE(ParseResponseHead(asking, "GET", {})->keep_alive);
}

TEST(ResponseHead, IsLimitedInBytesAndFields) {
  const std::string raw = Answer(200, "A: 1\r\nB: 2\r\n");
  HeadLimits limits{raw.size(), 2, 0};
  EXPECT_EQ(Code(raw, "GET", limits), "");
  limits.fields = 1;
  EXPECT_EQ(Code(raw, "GET", limits), "upstream_too_large");
  limits = {raw.size() - 1, 2, 0};
  EXPECT_EQ(Code(raw, "GET", limits), "upstream_too_large");
}

TEST(ResponseHead, SaysWhoBrokeWhichRule) {
  const Result<ResponseHead> head =
      ParseResponseHead(Answer(200, "Content-Length: 5\r\nContent-Length: 5\r\n"), "GET", {});
  ASSERT_FALSE(head);
  EXPECT_EQ(head.error().message(),
            "the head of the target's answer: Content-Length stands more than once; send one");
}

}  // namespace
}  // namespace sallyport::http
