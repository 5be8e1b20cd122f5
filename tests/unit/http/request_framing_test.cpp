#include "head_test_tools.h"

namespace sallyport::http {
namespace {

std::string Old(std::string_view lines) {
  return "POST / HTTP/1.0\r\n" + std::string(lines) + "\r\n";
}

TEST(RequestFraming, TellsTheThreeWaysABodyCanBeSent) {
  struct Row {
    std::string lines;
    BodyFraming framing;
    std::uint64_t length;
  };
  const Row rows[] = {
      {"", BodyFraming::kNone, 0},
      {"Content-Length: 0\r\n", BodyFraming::kLength, 0},
      {"content-length:17\r\n", BodyFraming::kLength, 17},
      {"Content-Length: \t 007 \r\n", BodyFraming::kLength, 7},
      {"Content-Length: 9223372036854775807\r\n", BodyFraming::kLength, 9223372036854775807U},
      {"Transfer-Encoding: chunked\r\n", BodyFraming::kChunked, 0},
      {"TRANSFER-ENCODING:\tChunked \r\n", BodyFraming::kChunked, 0},
      {"Transfer_Encoding: gzip\r\n", BodyFraming::kNone, 0},
  };
  for (const Row& row : rows) {
    const std::string raw = WithFields(row.lines);
    const Result<RequestHead> head = Request(raw);
    ASSERT_TRUE(head) << Shown(raw) << head.error().message();
    EXPECT_EQ(head->framing, row.framing) << row.lines;
    EXPECT_EQ(head->content_length, row.length) << row.lines;
  }
}

TEST(RequestFraming, RefusesEveryLengthThatIsNotOneNumber) {
  const std::string rows[] = {
      "Content-Length:\r\n",
      "Content-Length: +5\r\n",
      "Content-Length: -5\r\n",
      "Content-Length: 5 5\r\n",
      "Content-Length: 3, 3\r\n",
      "Content-Length: 3,\r\n",
      "Content-Length: 0x5\r\n",
      "Content-Length: 5.0\r\n",
      "Content-Length: 5a\r\n",
      "Content-Length: \"5\"\r\n",
      "Content-Length: \xD9\xA5\r\n",
      "Content-Length: 9223372036854775808\r\n",
      "Content-Length: 18446744073709551616\r\n",
      "Content-Length: 18446744073709551621\r\n",
      "Content-Length: 99999999999999999999999999999999\r\n",
      "Content-Length: 3\r\nContent-Length: 3\r\n",
      "Content-Length: 3\r\ncontent-length: 4\r\n",
      "Content-Length: 3\r\nX: y\r\nCONTENT-LENGTH: 3\r\n",
  };
  for (const std::string& lines : rows) {
    EXPECT_EQ(CodeOfRequest(WithFields(lines)), "malformed_request") << Shown(lines);
    EXPECT_THAT(MessageOfRequest(WithFields(lines)), ::testing::HasSubstr("Content-Length"));
  }
}

TEST(RequestFraming, RefusesEveryTransferEncodingButASingleChunked) {
  const std::string rows[] = {
      "Transfer-Encoding:\r\n",
      "Transfer-Encoding: identity\r\n",
      "Transfer-Encoding: gzip\r\n",
      "Transfer-Encoding: gzip, chunked\r\n",
      "Transfer-Encoding: chunked, gzip\r\n",
      "Transfer-Encoding: chunked, chunked\r\n",
      "Transfer-Encoding: chunked,\r\n",
      "Transfer-Encoding: , chunked\r\n",
      "Transfer-Encoding: chunked;q=1\r\n",
      "Transfer-Encoding: \"chunked\"\r\n",
      "Transfer-Encoding: xchunked\r\n",
      "Transfer-Encoding: chunke\r\n",
      "Transfer-Encoding: chunked\x0B\r\n",
      "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
      "Transfer-Encoding: chunked\r\ntransfer-encoding: identity\r\n",
      "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n",
      "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
      "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
      "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n",
  };
  for (const std::string& lines : rows) {
    EXPECT_EQ(CodeOfRequest(WithFields(lines)), "malformed_request") << Shown(lines);
  }
}

TEST(RequestFraming, KnowsNoTransferEncodingOnHttp10) {
  EXPECT_EQ(CodeOfRequest(Old("Transfer-Encoding: chunked\r\n")), "malformed_request");
  EXPECT_EQ(CodeOfRequest(Old("Transfer-Encoding: identity\r\n")), "malformed_request");
  EXPECT_EQ(CodeOfRequest(Old("Content-Length: 5\r\n")), "");
}

TEST(RequestHost, MustBeExactlyOneOnHttp11) {
  const std::string line = "GET / HTTP/1.1\r\n";
  EXPECT_EQ(CodeOfRequest(line + "\r\n"), "malformed_request");
  EXPECT_EQ(CodeOfRequest(line + "Host: a\r\n\r\n"), "");
  EXPECT_EQ(CodeOfRequest(line + "hOST: a\r\n\r\n"), "");
  EXPECT_EQ(CodeOfRequest(line + "Host: a\r\nHost: a\r\n\r\n"), "malformed_request");
  EXPECT_EQ(CodeOfRequest(line + "Host: a\r\nhost: b\r\n\r\n"), "malformed_request");
  EXPECT_EQ(CodeOfRequest(line + "Host:\r\n\r\n"), "malformed_request");
}

TEST(RequestHost, MayBeMissingOrEmptyButNotTwofoldOnHttp10) {
  EXPECT_EQ(CodeOfRequest(Old("")), "");
  EXPECT_EQ(CodeOfRequest(Old("Host:\r\n")), "");
  EXPECT_EQ(CodeOfRequest(Old("Host: a\r\n")), "");
  EXPECT_EQ(CodeOfRequest(Old("Host: a\r\nHost: a\r\n")), "malformed_request");
  EXPECT_EQ(CodeOfRequest(Old("Host: a b\r\n")), "malformed_request");
}

TEST(RequestHost, IsNeededBesideAnAbsoluteTargetToo) {
  const std::string line = "GET http://a.example/x HTTP/1.1\r\n";
  EXPECT_EQ(CodeOfRequest(line + "\r\n"), "malformed_request");
  const std::string raw = line + "Host: other.example\r\n\r\n";
  const Result<RequestHead> head = Request(raw);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->host, "other.example");
}

TEST(RequestHost, IsAHostWithAnOptionalPort) {
  const std::string good[] = {"a",
                              "A.Example",
                              "a.example:80",
                              "a.example:",
                              "a.example:0",
                              "a:65535",
                              "127.0.0.1",
                              "127.0.0.1:8080",
                              "[::1]",
                              "[::1]:8080",
                              "[2001:DB8::1]",
                              "a_b-c.example.",
                              "xn--mnchen-3ya.de",
                              "[::ffff:127.0.0.1]"};
  const std::string bad[] = {"a b",         "a:b",
                             "a:-1",        "a:65536",
                             "a:80:80",     "a:8 0",
                             ":80",         "a/b",
                             "a?b",         "a#b",
                             "a@b",         "u:p@b",
                             "a,b",         "a, b",
                             "a\\b",        "a%20b",
                             "[::1",        "::1",
                             "[]",          "[::1]x",
                             "[::1]80",     "[fe80::1%25eth0]",
                             "[127.0.0.1]", "[v1.x]",
                             "a\tb",        "\xC3\xA4.de",
                             "http://a",    "\"a\"",
                             "<a>",         "a[",
                             "a:+80"};
  for (const std::string& host : good) {
    const std::string raw = "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
    const Result<RequestHead> head = Request(raw);
    ASSERT_TRUE(head) << host;
    EXPECT_EQ(head->host, host);
  }
  for (const std::string& host : bad) {
    EXPECT_EQ(CodeOfRequest("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n"), "malformed_request")
        << host;
  }
}

TEST(RequestConnection, KeepsAliveByVersionAndOptions) {
  struct Row {
    std::string raw;
    bool keep_alive;
  };
  const Row rows[] = {
      {WithFields(""), true},
      {WithFields("Connection: close\r\n"), false},
      {WithFields("Connection: Close\r\n"), false},
      {WithFields("Connection: x, CLOSE ,y\r\n"), false},
      {WithFields("Connection: x\r\nConnection: close\r\n"), false},
      {WithFields("Connection: keep-alive, close\r\n"), false},
      {WithFields("Connection: closed\r\n"), true},
      {WithFields("Connection: @lose\r\n"), true},
      {WithFields("Connection:\r\n"), true},
      {Old(""), false},
      {Old("Connection: keep-alive\r\n"), true},
      {Old("Connection: x, Keep-Alive\r\n"), true},
      {Old("Connection: keep-alive, close\r\n"), false},
      {Old("Keep-Alive: 5\r\n"), false},
  };
  for (const Row& row : rows) {
    const Result<RequestHead> head = Request(row.raw);
    ASSERT_TRUE(head) << Shown(row.raw);
    EXPECT_EQ(head->keep_alive, row.keep_alive) << Shown(row.raw);
  }
}

TEST(RequestConnection, WantsAnUpgradeOnlyWhenConnectionNamesIt) {
  struct Row {
    std::string raw;
    bool wants_upgrade;
  };
  const Row rows[] = {
      {WithFields("Upgrade: websocket\r\nConnection: Upgrade\r\n"), true},
      {WithFields("Connection: keep-alive, upgrade\r\nUpgrade: h2c\r\n"), true},
      {WithFields("Upgrade: websocket\r\n"), false},
      {WithFields("Connection: Upgrade\r\n"), false},
      {Old("Upgrade: websocket\r\nConnection: Upgrade\r\n"), false},
  };
  for (const Row& row : rows) {
    const Result<RequestHead> head = Request(row.raw);
    ASSERT_TRUE(head) << Shown(row.raw);
    EXPECT_EQ(head->wants_upgrade, row.wants_upgrade) << Shown(row.raw);
  }
}

TEST(RequestConnection, ExpectsContinueOnlyBeforeABodyOnHttp11) {
  struct Row {
    std::string raw;
    bool expect_continue;
  };
  const Row rows[] = {
      {WithFields("Expect: 100-continue\r\nContent-Length: 5\r\n"), true},
      {WithFields("Transfer-Encoding: chunked\r\nexpect: 100-Continue\r\n"), true},
      {WithFields("Expect: 100-continue\r\n"), false},
      {WithFields("Expect: 100-continue\r\nContent-Length: 0\r\n"), false},
      {WithFields("Expect: 200-ok\r\nContent-Length: 5\r\n"), false},
      {Old("Expect: 100-continue\r\nContent-Length: 5\r\n"), false},
  };
  for (const Row& row : rows) {
    const Result<RequestHead> head = Request(row.raw);
    ASSERT_TRUE(head) << Shown(row.raw);
    EXPECT_EQ(head->expect_continue, row.expect_continue) << Shown(row.raw);
  }
}

}  // namespace
}  // namespace sallyport::http
