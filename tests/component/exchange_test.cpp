// One exchange from socket to socket: methods and statuses without bodies, Expect, pipelining,
// limits.
#include <gtest/gtest.h>

#include "component/gateway_harness.h"
#include "support/scripted_target.h"

namespace sallyport::test {
namespace {

TEST(Exchange, HeadAndBodilessStatusesKeepTheConnectionsInStep) {
  ScriptedTarget target([](TargetConnection& connection) {
    for (std::string head = connection.ReadHead(); !head.empty(); head = connection.ReadHead()) {
      if (head.starts_with("HEAD ")) {
        connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 77\r\n\r\n");
      } else if (head.find("/204 ") != std::string::npos) {
        connection.Send("HTTP/1.1 204 No Content\r\n\r\n");
      } else if (head.find("/304 ") != std::string::npos) {
        connection.Send("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\nETag: \"a\"\r\n\r\n");
      } else {
        connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
      }
    }
  });
  GatewayUnderTest gateway(target.url());
  RawClient caller = gateway.Connect();

  caller.Send(ProxyCall("HEAD", "/x"));
  std::string answer = caller.ReadAnswer(true);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\nContent-Length: 77\r\n")) << answer;
  caller.Send(ProxyCall("GET", "/204"));
  answer = caller.ReadAnswer(true);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 204 No Content\r\n")) << answer;
  EXPECT_EQ(answer.find("Content-Length"), std::string::npos);
  EXPECT_EQ(answer.find("Transfer-Encoding"), std::string::npos);
  caller.Send(ProxyCall("GET", "/304"));
  answer = caller.ReadAnswer(true);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 304 Not Modified\r\n")) << answer;
  EXPECT_NE(answer.find("ETag: \"a\"\r\n"), std::string::npos);
  caller.Send(ProxyCall("GET", "/x"));
  EXPECT_TRUE(caller.ReadAnswer().ends_with("\r\n\r\nok"));
  EXPECT_EQ(target.connections(), 1);
}

TEST(Exchange, PipelinedCallsAreAnsweredInOrder) {
  ScriptedTarget target([](TargetConnection& connection) {
    for (std::string head = connection.ReadHead(); !head.empty(); head = connection.ReadHead()) {
      const std::string path = head.substr(0, head.find(" HTTP"));
      const std::string body = path.substr(path.rfind('/'));
      connection.Send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) +
                      "\r\n\r\n" + body);
    }
  });
  GatewayUnderTest gateway(target.url());
  RawClient caller = gateway.Connect();
  caller.Send(ProxyCall("GET", "/one") + ProxyCall("GET", "/two") +
              ProxyCall("POST", "/three", "Content-Length: 0\r\n") + ProxyCall("GET", "/four"));
  for (const char* body : {"/one", "/two", "/three", "/four"}) {
    const std::string answer = caller.ReadAnswer();
    EXPECT_TRUE(answer.ends_with(std::string("\r\n\r\n") + body)) << answer;
  }
}

TEST(Exchange, AnExpectedBodyIsAskedForAndForwarded) {
  ScriptedTarget target([](TargetConnection& connection) {
    connection.ReadHead();
    const std::string body = connection.ReadBody(5);
    connection.Send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" +
                    body);
  });
  GatewayUnderTest gateway(target.url());
  RawClient caller = gateway.Connect();
  caller.Send(ProxyCall("POST", "/x", "Expect: 100-continue\r\nContent-Length: 5\r\n"));
  EXPECT_EQ(caller.ReadUntil("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  caller.Send("hello");
  const std::string answer = caller.ReadAnswer();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\nhello"));
}

TEST(Exchange, AnUnwantedBodyIsNotAskedFor) {
  ScriptedTarget target(ScriptedTarget::Always("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
  GatewayUnderTest gateway(target.url());
  RawClient caller = gateway.Connect();
  caller.Send(
      "POST /proxy/none/x HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer admin\r\n"
      "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n");
  EXPECT_TRUE(caller.ReadAnswer().starts_with("HTTP/1.1 404 "));
  EXPECT_EQ(target.connections(), 0);
}

TEST(Exchange, TheTotalLimitIsNamed) {
  ScriptedTarget target([](TargetConnection& connection) {
    connection.ReadHead();
    connection.ReadHead();
  });
  GatewayUnderTest::Setup setup;
  setup.target_url = target.url();
  setup.members = R"({"timeouts":{"total_ms":100}})";
  GatewayUnderTest gateway(std::move(setup));
  RawClient caller = gateway.Connect();
  caller.Send(ProxyCall("GET", "/x"));
  std::string answer = caller.ReadAnswer();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 504 ")) << answer;
  EXPECT_NE(answer.find(R"("code":"upstream_timeout")"), std::string::npos);
  EXPECT_NE(answer.find("timeouts.total"), std::string::npos);
  EXPECT_EQ(gateway.Pool().busy, 0U);
}

TEST(Exchange, AnswersOfTheGatewayAndOfTheTargetAreDated) {
  ScriptedTarget target(ScriptedTarget::Always("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
  GatewayUnderTest gateway(target.url());
  RawClient caller = gateway.Connect();
  for (const std::string& call :
       {std::string("GET /healthz HTTP/1.1\r\nHost: g\r\n\r\n"), ProxyCall("GET", "/x")}) {
    caller.Send(call);
    const std::string answer = caller.ReadAnswer();
    EXPECT_NE(answer.find("\r\nDate: "), std::string::npos) << answer;
    EXPECT_NE(answer.find(" GMT\r\n"), std::string::npos);
  }
}

}  // namespace
}  // namespace sallyport::test
