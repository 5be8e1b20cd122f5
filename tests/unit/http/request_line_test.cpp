#include "head_test_tools.h"

namespace sallyport::http {
namespace {

using namespace std::string_literals;

std::string WithTarget(std::string_view target, std::string_view method = "GET") {
  return std::string(method) + " " + std::string(target) + " HTTP/1.1\r\nHost: a.example\r\n\r\n";
}

std::string WithVersion(std::string_view version) {
  return "GET / " + std::string(version) + "\r\nHost: a.example\r\n\r\n";
}

TEST(RequestLine, SplitsMethodTargetPathAndQuery) {
  struct Row {
    std::string method, target, path, query;
    bool has_query;
  };
  const Row rows[] = {
      {"GET", "/", "/", "", false},
      {"GET", "/a/b?c=d&e", "/a/b", "c=d&e", true},
      {"GET", "/a?", "/a", "", true},
      {"GET", "/a?b?c", "/a", "b?c", true},
      {"GET", "//evil.example/x", "//evil.example/x", "", false},
      {"GET", "/%2e%2E/%00\\{}|\"<>", "/%2e%2E/%00\\{}|\"<>", "", false},
      {"POST", "http://a.example/x?y", "/x", "y", true},
      {"POST", "HTTPS://A.example:8443/x", "/x", "", false},
      {"GET", "http://a.example", "/", "", false},
      {"GET", "http://a.example?q=/", "/", "q=/", true},
      {"GET", "http://[::1]:8080/x", "/x", "", false},
      {"OPTIONS", "*", "*", "", false},
      {"OPTIONS", "/a", "/a", "", false},
      {"brew-Coffee!", "/pot", "/pot", "", false},
  };
  for (const Row& row : rows) {
    const std::string raw = WithTarget(row.target, row.method);
    const Result<RequestHead> head = Request(raw);
    ASSERT_TRUE(head) << Shown(raw) << head.error().message();
    EXPECT_EQ(head->method, row.method);
    EXPECT_EQ(head->target, row.target);
    EXPECT_EQ(head->path, row.path) << row.target;
    EXPECT_EQ(head->query, row.query) << row.target;
    EXPECT_EQ(head->has_query, row.has_query) << row.target;
  }
}

TEST(RequestLine, RefusesEveryOtherShapeOfLine) {
  const std::string rows[] = {
      "GET\r\nHost: x\r\n\r\n",
      "GET /\r\nHost: x\r\n\r\n",  // HTTP/0.9
      "GET / \r\nHost: x\r\n\r\n",
      "GET  / HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET /  HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET / HTTP/1.1 \r\nHost: x\r\n\r\n",
      " GET / HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET\t/ HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET /\tHTTP/1.1\r\nHost: x\r\n\r\n",
      "GET / HTTP/1.1\tx\r\nHost: x\r\n\r\n",
      "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET HTTP/1.1\r\nHost: x\r\n\r\n",
      "/ HTTP/1.1\r\nHost: x\r\n\r\n",
      "G(T / HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET\0 / HTTP/1.1\r\nHost: x\r\n\r\n"s,
      "G\xC3\x84T / HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET / HTTP/1.1\nHost: x\r\n\r\n",
      "GET / HTTP/1.1\rHost: x\r\n\r\n",
      "GET / HTTP/1.1\r\r\nHost: x\r\n\r\n",
      "GET /\r HTTP/1.1\r\nHost: x\r\n\r\n",
      "GET /\n HTTP/1.1\r\nHost: x\r\n\r\n",
      "\n",
      "\r\n",
      "x",
      "",
  };
  for (const std::string& raw : rows) {
    EXPECT_EQ(CodeOfRequest(raw), "malformed_request") << Shown(raw);
  }
}

TEST(RequestLine, AdmitsExactlyTheBytes21To7EWithoutHashInTheTarget) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string raw = WithTarget("/a" + std::string(1, static_cast<char>(byte)) + "b");
    const bool allowed = byte >= 0x21 && byte <= 0x7E && byte != '#';
    EXPECT_EQ(CodeOfRequest(raw), allowed ? "" : "malformed_request") << byte;
  }
}

TEST(RequestLine, RefusesTargetsThatAreNoPathOfThisServer) {
  const std::pair<std::string, std::string> rows[] = {
      {"GET", "*"},
      {"OPTIONS", "*/"},
      {"OPTIONS", "**"},
      {"CONNECT", "a.example:443"},
      {"CONNECT", "/"},
      {"CONNECT", "http://a.example/"},
      {"GET", "a.example:443"},
      {"GET", "a"},
      {"GET", "?a=b"},
      {"GET", "ftp://a.example/"},
      {"GET", "http:/a.example/"},
      {"GET", "http:///x"},
      {"GET", "http://"},
      {"GET", "http://user@a.example/"},
      {"GET", "http://user:secret@a.example/"},
      {"GET", "http://a.example:port/"},
      {"GET", "http://a.example:65536/"},
      {"GET", "http://[::1/"},
      {"GET", "http://a,b/"},
  };
  for (const auto& [method, target] : rows) {
    EXPECT_EQ(CodeOfRequest(WithTarget(target, method)), "malformed_request") << target;
  }
}

TEST(RequestLine, SpeaksTwoVersionsAndCallsOthersUnsupported) {
  const std::pair<std::string, std::string> rows[] = {
      {"HTTP/1.1", ""},
      {"HTTP/1.0", ""},
      {"HTTP/0.9", "http_version_not_supported"},
      {"HTTP/1.2", "http_version_not_supported"},
      {"HTTP/2.0", "http_version_not_supported"},
      {"HTTP/2", "http_version_not_supported"},
      {"HTTP/3.0", "http_version_not_supported"},
      {"HTTP/1.10", "http_version_not_supported"},
      {"HTTP/01.1", "http_version_not_supported"},
      {"http/1.1", "malformed_request"},
      {"HTTP/1.", "malformed_request"},
      {"HTTP/.1", "malformed_request"},
      {"HTTP/", "malformed_request"},
      {"HTTP/1.1x", "malformed_request"},
      {"HTTP/1.1.1", "malformed_request"},
      {"HTTP/1,1", "malformed_request"},
      {"HTTPS/1.1", "malformed_request"},
      {"HTCPCP/1.0", "malformed_request"},
  };
  for (const auto& [version, code] : rows) {
    EXPECT_EQ(CodeOfRequest(WithVersion(version)), code) << version;
  }
}

TEST(RequestLine, AnswersTheHttp2PrefaceWithVersionNotSupported) {
  EXPECT_EQ(CodeOfRequest("PRI * HTTP/2.0\r\n\r\n"), "http_version_not_supported");
}

TEST(RequestLine, ReadsOverOneEmptyLineBeforeItAndNoMore) {
  const std::string line = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  EXPECT_EQ(CodeOfRequest("\r\n" + line), "");
  EXPECT_EQ(CodeOfRequest("\r\n\r\n" + line), "malformed_request");
  EXPECT_EQ(CodeOfRequest("\n" + line), "malformed_request");
  EXPECT_EQ(CodeOfRequest("\r" + line), "malformed_request");
  EXPECT_EQ(CodeOfRequest("\r\n" + (" " + line)), "malformed_request");
  EXPECT_EQ(CodeOfRequest("\r\n\r\n"), "malformed_request");
}

TEST(RequestLine, LimitsTheTarget) {
  HeadLimits limits;
  limits.target_bytes = 20;
  EXPECT_EQ(CodeOfRequest(WithTarget("/" + std::string(19, 'a')), limits), "");
  EXPECT_EQ(CodeOfRequest(WithTarget("/" + std::string(20, 'a')), limits), "uri_too_long");
  EXPECT_EQ(CodeOfRequest(WithTarget("/?" + std::string(19, 'a')), limits), "uri_too_long");
}

TEST(RequestLine, SaysUriTooLongAlsoWhenTheTargetFillsTheWholeHead) {
  HeadLimits limits;
  const std::string endless = "GET /" + std::string(20000, 'a');
  EXPECT_EQ(OversizedRequestHead(endless, limits).kind(), ErrorKind::kUriTooLong);
  EXPECT_EQ(CodeOfRequest(endless + " HTTP/1.1\r\nHost: x\r\n\r\n"), "uri_too_long");
  EXPECT_EQ(OversizedRequestHead("GET /\r\n" + std::string(20000, 'a'), limits).kind(),
            ErrorKind::kHeadersTooLarge);
  EXPECT_EQ(OversizedRequestHead(std::string(20000, 'a'), limits).kind(),
            ErrorKind::kHeadersTooLarge);
}

TEST(RequestLine, NamesTheBrokenRuleAndTheLine) {
  EXPECT_THAT(MessageOfRequest(WithTarget("/a#b")),
              ::testing::HasSubstr("line 1: the target holds '#'"));
  EXPECT_THAT(MessageOfRequest(WithTarget("/\xC3\xA4")), ::testing::HasSubstr("percent-encode"));
  EXPECT_THAT(MessageOfRequest(WithTarget("a.example:443", "CONNECT")),
              ::testing::HasSubstr("line 1: CONNECT"));
  EXPECT_THAT(MessageOfRequest(WithTarget("x")), ::testing::HasSubstr("start with '/'"));
  EXPECT_THAT(MessageOfRequest("GET / HTTP/1.1\nHost: x\n\n"),
              ::testing::HasSubstr("LF without CR"));
}

}  // namespace
}  // namespace sallyport::http
