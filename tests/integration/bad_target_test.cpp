// Targets that lie, break off or stall: a broken answer never looks whole.
#include <gmock/gmock.h>

#include "support/gateway_fixture.h"
#include "support/scripted_target.h"

namespace sallyport::test {
namespace {

class BadTarget : public GatewayFixture {
 protected:
  void SetUp() override { StartGateway(); }

  HttpResponse Answer(const std::string& bytes, const TestJson& extra = TestJson::object()) {
    target_ = std::make_unique<ScriptedTarget>([bytes](TargetConnection& connection) {
      if (!connection.ReadHead().empty()) (void)connection.Send(bytes);
    });
    const std::string slug = "t" + std::to_string(++count_);
    CreateResource(slug, target_->url(), extra);
    return Proxy("GET", slug + "/x");
  }

  std::unique_ptr<ScriptedTarget> target_;
  int count_ = 0;
};

TEST_F(BadTarget, IsAProtocolErrorWhenItsHeadIsAmbiguous) {
  for (const char* bytes : {
           "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
           "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
           "HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok",
           "HTTP/1.1 200 OK\r\nX-A: 1\r\n 2\r\nContent-Length: 2\r\n\r\nok",
           "HTTP/1.1 99 Low\r\nContent-Length: 0\r\n\r\n",
           "HTTP/1.1 600 High\r\nContent-Length: 0\r\n\r\n",
           "HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n",
           "SSH-2.0-OpenSSH_9.2\r\n\r\n",
       }) {
    const HttpResponse response = Answer(bytes);
    EXPECT_EQ(response.status, 502) << bytes;
    EXPECT_EQ(CodeOf(response), "upstream_protocol_error") << bytes << response.body;
    EXPECT_EQ(response.Header("Sallyport-Source"), "gateway");
  }
}

TEST_F(BadTarget, IsAResetWhenItClosesBeforeTheHeadIsWhole) {
  for (const char* bytes : {"", "HTTP/1.1 200 OK\r\nContent-Le"}) {
    const HttpResponse response = Answer(bytes);
    EXPECT_EQ(response.status, 502) << bytes;
    EXPECT_EQ(CodeOf(response), "upstream_reset") << bytes << response.body;
  }
}

TEST_F(BadTarget, NeverLooksCompleteWhenItsBodyIsCut) {
  const std::string half(50000, 'x');
  const HttpResponse counted = Answer("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + half);
  EXPECT_TRUE(counted.status == 502 || !counted.complete) << counted.status;
  const HttpResponse chunked =
      Answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nc350\r\n" + half + "\r\n");
  EXPECT_TRUE(chunked.status == 502 || !chunked.complete) << chunked.status;
}

TEST_F(BadTarget, IsTimedOutByTheResourcesOwnLimit) {
  ScriptedTarget silent([](TargetConnection& connection) {
    (void)connection.ReadHead();
    (void)connection.ReadSome();  // until the gateway gives up
  });
  CreateResource("silent", silent.url(), {{"timeouts", {{"first_byte_ms", 200}}}});
  const HttpResponse response = Proxy("GET", "silent/x");
  EXPECT_EQ(response.status, 504) << response.body;
  EXPECT_EQ(CodeOf(response), "first_byte_timeout");
}

TEST_F(BadTarget, IsAConnectFailureWhenNobodyListens) {
  std::string url;
  { url = ScriptedTarget(ScriptedTarget::Always("")).url(); }
  CreateResource("gone", url);
  const HttpResponse response = Proxy("GET", "gone/x");
  EXPECT_EQ(response.status, 502) << response.body;
  EXPECT_EQ(CodeOf(response), "connect_failed");
}

TEST_F(BadTarget, MayGreetWithInformationalAnswers) {
  const HttpResponse response = Answer(
      "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  EXPECT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(response.body, "ok");
  std::string many;
  for (int i = 0; i < 11; ++i) many += "HTTP/1.1 103 Early Hints\r\n\r\n";
  EXPECT_EQ(Answer(many + "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").status, 502);
}

}  // namespace
}  // namespace sallyport::test
