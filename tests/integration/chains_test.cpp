// Chains of real proxies: whatever bytes a caller sends, the last server gets at most the requests
// that were sent, and nothing gets to a route that the first proxy does not pass on. Two parsers
// that disagree show up here as a request too many.
#include <gmock/gmock.h>

#include "support/gateway_fixture.h"
#include "support/proxy_servers.h"
#include "support/recording_target.h"

namespace sallyport::test {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::chrono::milliseconds kSilence(60);
constexpr std::chrono::seconds kPatience(10);

/// "{n}" is a path that tells the case, "{head}" the rest of the request line and the fields that
/// every request has, "{evil}" requests that must never be seen.
struct Case {
  const char* what;
  std::string bytes;
  std::size_t most = 1;        ///< requests at the last server
  const char* body = nullptr;  ///< not null: the request is good, and arrives with this body
};

Case Post(const char* what, const std::string& fields, const std::string& body) {
  return {what, "POST {n}{head}" + fields + "\r\n" + body};
}

Case Good(Case good, const char* body, std::size_t times = 1) {
  good.body = body;
  good.most = times;
  return good;
}

std::vector<Case> LengthCases() {
  const std::string chunked = "Transfer-Encoding: chunked\r\n";
  return {
      Good(Post("a length", "Content-Length: 3\r\n", "abc"), "abc"),
      Good({"a body of a GET", "GET {n}{head}Content-Length: 3\r\n\r\nabc"}, "abc"),
      Good({"two pipelined requests", "GET {n}{head}\r\nGET {n}{head}\r\n"}, "", 2),
      Post("length and coding", "Content-Length: 6\r\n" + chunked, "0\r\n\r\n{evil}"),
      Post("coding and length", chunked + "Content-Length: 4\r\n", "0\r\n\r\n{evil}"),
      Post("two lengths", "Content-Length: 0\r\nContent-Length: 500\r\n", "{evil}"),
      Post("two lengths, the longer first", "Content-Length: 500\r\nContent-Length: 0\r\n",
           "{evil}"),
      Post("two equal lengths", "Content-Length: 0\r\nContent-Length: 0\r\n", "{evil}"),
      Post("a list of lengths", "Content-Length: 0, 500\r\n", "{evil}"),
      Post("a list of equal lengths", "Content-Length: 0, 0\r\n", "{evil}"),
      Post("a signed length", "Content-Length: +0\r\n", "{evil}"),
      Post("a negative length", "Content-Length: -1\r\n", "{evil}"),
      Post("a hex length", "Content-Length: 0x0\r\n", "{evil}"),
      Post("an octal length", "Content-Length: 010\r\n", "12345678{evil}"),
      Post("a length with letters", "Content-Length: 0abc\r\n", "{evil}"),
      Post("an empty length", "Content-Length:\r\n", "{evil}"),
      Post("a blank before the colon", "Content-Length : 500\r\n", "{evil}"),
      Post("a tab before the colon", "Content-Length\t: 500\r\n", "{evil}"),
      Post("an underscore for the dash", "Content_Length: 500\r\n", "{evil}"),
      Post("a folded length", "Content-Length:\r\n 500\r\n", "{evil}"),
      Post("a length folded into another field", "X: 1\r\n Content-Length: 500\r\n", "{evil}"),
      Post("a length behind a bare LF", "X: 1\nContent-Length: 500\r\n", "{evil}"),
      Post("a length behind a bare CR", "X: 1\rContent-Length: 500\r\n", "{evil}"),
      Post("a length behind a NUL", std::string("X: 1\0", 5) + "\r\nContent-Length: 0\r\n",
           "{evil}"),
      Post("a length over 64 bits", "Content-Length: 18446744073709551616\r\n", "{evil}"),
      Post("Connection names the length", "Connection: Content-Length\r\nContent-Length: 3\r\n",
           "abc{evil}"),
      Post("a head that ends in a bare LF", "Content-Length: 500\r\n\n", "{evil}"),
  };
}

std::vector<Case> CodingCases() {
  std::vector<Case> cases;
  for (const char* field : {"Transfer-Encoding: xchunked",
                            "Transfer-Encoding : chunked",
                            "Transfer-Encoding: chunked,",
                            "Transfer-Encoding: chunked, identity",
                            "Transfer-Encoding: identity, chunked",
                            "Transfer-Encoding: gzip, chunked",
                            "Transfer-Encoding: chunked\r\nTransfer-Encoding: x",
                            "Transfer-Encoding: x\r\nTransfer-Encoding: chunked",
                            "Transfer-Encoding:\x0b"
                            "chunked",
                            "Transfer-Encoding: \"chunked\"",
                            "Transfer-Encoding:\r\n chunked",
                            "X: 1\nTransfer-Encoding: chunked",
                            "X: 1\rTransfer-Encoding: chunked",
                            "Transfer_Encoding: chunked",
                            "Transfer-Encoding: chunked;q=1",
                            "Transfer-Encoding:",
                            "Transfer-Encoding: identity",
                            "transfer-encoding: CHUNKED",
                            "Transfer-Encoding:\tchunked",
                            "Connection: Transfer-Encoding\r\nTransfer-Encoding: chunked"}) {
    // For whoever takes the field, the first request ends before the evil ones; for whoever does
    // not, behind them; and the other way round.
    cases.push_back(Post(field, std::string(field) + "\r\n", "0\r\n\r\n{evil}"));
    cases.push_back(
        Post(field, std::string(field) + "\r\nContent-Length: 5\r\n", "0\r\n\r\n{evil}"));
    cases.push_back(
        Post(field, "Content-Length: 600\r\n" + std::string(field) + "\r\n", "0\r\n\r\n{evil}"));
  }
  cases.push_back({"chunked on HTTP/1.0",
                   "POST {n} HTTP/1.0\r\nHost: a.example\r\n{auth}Connection: keep-alive\r\n"
                   "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n{evil}"});
  return cases;
}

std::vector<Case> ChunkCases() {
  const std::string chunked = "Transfer-Encoding: chunked\r\n";
  std::vector<Case> cases = {
      Good(Post("chunks", chunked, "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"), "abcde"),
      Good(Post("chunks with a trailer", chunked, "3\r\nabc\r\n0\r\nX: 1\r\n\r\n"), "abc"),
  };
  for (const char* body : {"3;ext=\"1\r\nabc\r\n0\r\n\r\n{evil}",
                           "3;a\nabc\r\n0\r\n\r\n{evil}",
                           "3;a\rabc\r\n0\r\n\r\n{evil}",
                           "3\nabc\r\n0\r\n\r\n{evil}",
                           "3\r\nabc\n0\r\n\r\n{evil}",
                           "3\r\nabcXX0\r\n\r\n{evil}",
                           "3\r\nabc\r\n0\n\n{evil}",
                           "3\r\nabc\r\n0\r\n{evil}",
                           "3\r\nabc\r\n0\r\nX\r\n\r\n{evil}",
                           "3\r\nabc\r\n0\r\nX: 1\n\r\n{evil}",
                           "0x3\r\nabc\r\n0\r\n\r\n{evil}",
                           "+3\r\nabc\r\n0\r\n\r\n{evil}",
                           "-3\r\nabc\r\n0\r\n\r\n{evil}",
                           " 3\r\nabc\r\n0\r\n\r\n{evil}",
                           "3 \r\nabc\r\n0\r\n\r\n{evil}",
                           "3g\r\nabc\r\n0\r\n\r\n{evil}",
                           "\r\n0\r\n\r\n{evil}",
                           "10000000000000003\r\nabc\r\n0\r\n\r\n{evil}",
                           "ffffffffffffffff\r\n{evil}",
                           "0_3\r\nabc\r\n0\r\n\r\n{evil}",
                           "3;\r\nabc\r\n0;\r\n\r\n{evil}",
                           "3\r\nabc\r\n00000000000000000000\r\n\r\n{evil}"}) {
    cases.push_back(Post(body, chunked, body));
  }
  cases.push_back(Post("a long chunk line", chunked,
                       "3;" + std::string(300, 'a') + "\r\nabc\r\n0\r\n\r\n{evil}"));
  cases.push_back(Post("a huge chunk line", chunked,
                       "3;" + std::string(100000, 'a') + "\r\nabc\r\n0\r\n\r\n{evil}"));
  return cases;
}

std::vector<Case> LineCases() {
  return {
      {"two blanks", "GET  {n}{head}\r\n"},
      {"a second target", "GET {n} /proxy/other/evil{head}\r\n"},
      {"a tab for a blank", "GET\t{n}{head}\r\n"},
      {"no version", "GET {n}\r\nHost: a.example\r\n{auth}\r\n{evil}"},
      {"HTTP/2.0", "GET {n} HTTP/2.0\r\nHost: a.example\r\n{auth}\r\n{evil}"},
      {"an empty line first", "\r\nGET {n}{head}\r\n"},
      {"empty lines first", "\r\n\r\n\r\nGET {n}{head}\r\n"},
      {"bare LFs", "GET {n} HTTP/1.1\nHost: a.example\n{auth}\n{evil}"},
      {"two hosts", "GET {n}{head}Host: other.example\r\n\r\n"},
      {"absolute form", "GET http://a.example{n}{head}\r\n"},
      {"absolute form of another route", "GET http://a.example/proxy/other/evil{head}\r\n"},
      {"absolute form with user information", "GET http://a@b.example{n}{head}\r\n"},
      {"absolute form with the route as authority", "GET http://{n}/../../api{head}\r\n"},
      {"authority form", "CONNECT 127.0.0.1:80{head}\r\n{evil}"},
      {"authority form of GET", "GET 127.0.0.1:80{head}\r\n{evil}"},
      {"asterisk form", "OPTIONS *{head}\r\n"},
      {"a fragment", "GET {n}#/../../other/evil{head}\r\n"},
      {"an upgrade", "GET {n}{head}Connection: upgrade\r\nUpgrade: websocket\r\n\r\n{evil}"},
      {"an upgrade to h2c",
       "GET {n}{head}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
       "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n{evil}"},
      {"an upgrade with a body",
       "POST {n}{head}Connection: upgrade\r\nUpgrade: x\r\nContent-Length: 3\r\n\r\nabc{evil}"},
      {"an HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n{evil}"},
      Good(Post("expect", "Expect: 100-continue\r\nContent-Length: 3\r\n", "abc"), "abc"),
      Post("expect without body", "Expect: 100-continue\r\n", "{evil}"),
      Post("expect something else", "Expect: y 100-continue\r\nContent-Length: 3\r\n", "abc{evil}"),
      {"expect of a HEAD", "HEAD {n}{head}Expect: 100-continue\r\nContent-Length: 3\r\n\r\nabc"},
      {"a body of a HEAD", "HEAD {n}{head}Content-Length: 3\r\n\r\nabc"},
  };
}

/// Ways out of the path that the first proxy passes on.
std::vector<Case> PathCases() {
  std::vector<Case> cases;
  for (const char* way : {"/../../other/evil",
                          "/%2e%2e/%2e%2e/other/evil",
                          "/..%2f..%2fother/evil",
                          "/%2e%2e%2f%2e%2e%2fother/evil",
                          "/..;/..;/other/evil",
                          "/.%2e/%2E./other/evil",
                          "//../../other/evil",
                          "/..%5c..%5cother/evil",
                          "/..\\..\\other\\evil",
                          "/%252e%252e/%252e%252e/other/evil",
                          "/../../../api/v1/resources",
                          "/%2e%2e/%2e%2e/%2e%2e/api/v1/resources",
                          "/..%2f..%2f..%2fapi%2fv1%2fresources",
                          "/..%00/..%00/other/evil",
                          "/%c0%ae%c0%ae/other/evil",
                          "/..%ef%bc%8f../other/evil",
                          "%2f..%2f..%2fother%2fevil",
                          "/%2F%2Fother/evil",
                          "/./x",
                          "/%2e/x",
                          "/x/..",
                          "/x/%2e%2e"}) {
    cases.push_back({way, "GET {n}" + std::string(way) + "{head}\r\n"});
  }
  cases.push_back({"dots before the route", "GET /api/..{n}{head}\r\n"});
  cases.push_back({"encoded dots before the route", "GET /proxy/other/%2e%2e/..{n}{head}\r\n"});
  cases.push_back({"an encoded slash before the route", "GET /proxy%2fother/..{n}{head}\r\n"});
  cases.push_back({"two slashes before the route", "GET /{n}{head}\r\n"});
  return cases;
}

/// The gateway in the middle of {first proxy ->} gateway {-> second proxy} -> last server.
class Chains : public GatewayFixture, public testing::WithParamInterface<ProxyKind> {
 protected:
  void SetUp() override {
    StartGateway();
    CreateResource("other", other_.url());
  }

  std::string Fill(std::string bytes, std::size_t number) {
    const std::string auth = "Authorization: Bearer " + gateway_->admin_key() + "\r\n";
    const std::string rest = " HTTP/1.1\r\nHost: a.example\r\n" + auth + "\r\n";
    std::string evil;
    for (const std::string& line : evil_lines_) evil += line + rest;
    const std::pair<std::string, std::string> marks[] = {
        {"{evil}", evil},
        {"{head}", " HTTP/1.1\r\nHost: a.example\r\n" + auth},
        {"{auth}", auth},
        {"{n}", "/proxy/t/case" + std::to_string(number) + "-"}};
    for (const auto& [mark, text] : marks) {
      for (auto at = bytes.find(mark); at != std::string::npos; at = bytes.find(mark)) {
        bytes.replace(at, mark.size(), text);
      }
    }
    return bytes;
  }

  /// Good requests are waited for; the others end in silence, or in the end of the connection.
  static std::string ReadAnswers(RawConnection& connection, const Case& one) {
    std::string answer;
    if (one.body != nullptr) {
      const std::string echo_end = std::string(" HTTP/1.1\n") + one.body;
      for (std::size_t seen = 0, at = 0; seen < one.most; ++seen, at += echo_end.size()) {
        if (answer.find(echo_end, at) == std::string::npos) {
          answer += connection.ReadUntil(echo_end, kPatience);
        }
        at = answer.find(echo_end, at);
        if (at == std::string::npos) break;
      }
    }
    return answer + connection.ReadToEnd(kSilence);
  }

  void SendAll(const std::vector<Case>& cases, std::uint16_t port) {
    for (const Case& one : cases) {
      const std::size_t number = sent_.size();
      sent_.push_back(one);
      RawConnection connection(port);
      ASSERT_TRUE(connection.connected()) << one.what;
      (void)connection.Send(Fill(one.bytes, number));
      const std::string answer = ReadAnswers(connection, one);
      EXPECT_THAT(answer, Not(HasSubstr("next_cursor"))) << one.what;

      // Whoever comes next gets the answer to his own request.
      HttpRequest probe;
      const std::string mark = "/proxy/t/probe" + std::to_string(number);
      probe.url = "http://127.0.0.1:" + std::to_string(port) + mark;
      probe.headers = {Bearer(gateway_->admin_key())};
      const HttpResponse response = HttpSend(probe);
      EXPECT_EQ(response.status, 200) << one.what << ": " << response.error << response.body;
      EXPECT_THAT(response.body, HasSubstr("/probe" + std::to_string(number) + " HTTP"))
          << one.what;
    }
  }

  void ExpectNothingSmuggled() {
    std::vector<std::size_t> arrived(sent_.size(), 0);
    for (const RecordedRequest& request : last_.requests()) {
      if (request.line.find("/probe") != std::string::npos || !request.whole) continue;
      const std::size_t at = request.target().find("/case");
      ASSERT_NE(at, std::string::npos) << "never sent as a request: " << request.head;
      const std::size_t number = std::stoul(request.target().substr(at + 5));
      ++arrived.at(number);
      if (sent_[number].body != nullptr) {
        EXPECT_EQ(request.body, sent_[number].body);
      }
    }
    for (std::size_t i = 0; i < sent_.size(); ++i) {
      EXPECT_LE(arrived[i], sent_[i].most) << sent_[i].what;
      if (sent_[i].body != nullptr) {
        EXPECT_EQ(arrived[i], sent_[i].most) << sent_[i].what;
      }
    }
  }

  void Run(std::uint16_t port) {
    for (const auto& cases :
         {LengthCases(), CodingCases(), ChunkCases(), LineCases(), PathCases()}) {
      SendAll(cases, port);
    }
    ExpectNothingSmuggled();
  }

  /// What only a server behind the first one would see: the first one answers each by itself.
  std::vector<std::string> evil_lines_;
  RecordingTarget last_, other_;
  std::vector<Case> sent_;
};

TEST_P(Chains, BehindAnotherProxyNoRequestBecomesTwoOrLeavesItsRoute) {
  CreateResource("t", last_.url());
  const ProxyServer front(GetParam(), "/proxy/t/", gateway_->port());
  evil_lines_ = {"GET /proxy/other/evil", "DELETE /api/v1/resources/other"};
  Run(front.port());
  EXPECT_TRUE(other_.requests().empty()) << other_.requests().front().head;
  EXPECT_EQ(Api("GET", "/api/v1/resources/other").status, 200);
}

TEST_P(Chains, BeforeAnotherProxyNoRequestBecomesTwoOrLeavesItsBase) {
  const ProxyServer behind(GetParam(), "/base/", last_.port());
  CreateResource("t", behind.url() + "/base");
  evil_lines_ = {"GET /base/evil", "POST /base/evil"};
  Run(gateway_->port());
  for (const RecordedRequest& request : last_.requests()) {
    EXPECT_THAT(request.target(), testing::StartsWith("/base/"));
  }
}

INSTANTIATE_TEST_SUITE_P(Proxies, Chains,
                         testing::Values(ProxyKind::kNginx, ProxyKind::kHaproxy, ProxyKind::kCaddy),
                         [](const auto& test) { return NameOf(test.param); });

}  // namespace
}  // namespace sallyport::test
