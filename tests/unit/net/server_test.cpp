// Requests and answers on one connection: order, framing, persistence, misbehaving handlers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server_harness.h"

namespace sallyport::test {
namespace {

using End = RawClient::End;

std::string Get(const std::string& path) { return "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n"; }

TEST(Server, AnswersSeveralRequestsOnOneConnection) {
  ServerUnderTest server;
  RawClient client = server.Connect();
  for (int round = 0; round < 3; ++round) {
    client.Send(Get("/hello"));
    EXPECT_EQ(client.ReadAnswer(), "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
  }
  EXPECT_EQ(server.Open(), 1U);
  client.Close();
  while (server.Open() != 0) std::this_thread::yield();
}

TEST(Server, AnswersPipelinedRequestsInOrder) {
  ServerUnderTest server;
  RawClient client = server.Connect();
  client.Send(Get("/hello") + Get("/stream") +
              "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody" +
              "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
              "3\r\nGET\r\n0\r\n\r\n" +
              Get("/known-stream") + Get("/close"));
  EXPECT_EQ(client.ReadToEnd(),
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            "3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n"
            "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody"
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nGET"
            "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabcdef"
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbye");
  EXPECT_EQ(client.end(), End::kClosed);
}

TEST(Server, AnswersManyPipelinedRequestsThatFillSeveralBuffers) {
  ServerUnderTest server;
  RawClient client = server.Connect();
  constexpr int kRequests = 3000;
  std::string requests;
  for (int i = 0; i < kRequests; ++i) requests += Get("/hello");
  std::thread sender([&] { client.Send(requests); });
  for (int i = 0; i < kRequests; ++i) {
    const std::string answer = client.ReadBytes(43);
    if (answer != "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello") {
      ADD_FAILURE() << "answer " << i << ": " << answer;
      break;
    }
  }
  sender.join();
}

TEST(Server, UnderstandsRequestsSplitAtEveryByte) {
  ServerUnderTest server;
  const std::string request =
      "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      "4;x=y\r\nwxyz\r\n1\r\n!\r\n0\r\nTrailer: t\r\n\r\n" +
      Get("/hello");
  RawClient client = server.Connect();
  for (std::size_t split = 1; split < request.size(); ++split) {
    const std::size_t before = server.handler.seen().size();
    client.Send(request.substr(0, split));
    // The first part is with the server.
    while (server.Busy() == 0 && server.handler.seen().size() == before) std::this_thread::yield();
    client.Send(request.substr(split));
    EXPECT_EQ(client.ReadAnswer(), "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwxyz!") << split;
    EXPECT_EQ(client.ReadAnswer(), "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello") << split;
    while (server.Busy() != 0) std::this_thread::yield();
  }
}

TEST(Server, UnderstandsOneByteAtATime) {
  ServerUnderTest server;
  RawClient client = server.Connect();
  for (const char byte :
       std::string("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nxyz"))
    client.Send(std::string(1, byte));
  EXPECT_EQ(client.ReadAnswer(), "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nxyz");
}

TEST(Server, SendsNoBodyForHeadWhateverTheHandlerWrites) {
  ServerUnderTest server;
  RawClient client = server.Connect();
  client.Send("HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\nHEAD /stream HTTP/1.1\r\nHost: a\r\n\r\n" +
              Get("/no-content") + Get("/none") + Get("/close"));
  EXPECT_EQ(client.ReadToEnd(),
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
            "HTTP/1.1 200 OK\r\n\r\n"
            "HTTP/1.1 204 No Content\r\n\r\n"
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbye");
}

TEST(Server, ClosesWhenTheCallerAsksForIt) {
  ServerUnderTest server;
  RawClient client = server.Connect();
  client.Send("GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(client.ReadToEnd(),
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello");
  EXPECT_EQ(client.end(), End::kClosed);
}

TEST(Server, TellsAnHttp10CallerThatItKeepsTheConnection) {
  ServerUnderTest server;
  RawClient client = server.Connect();
  client.Send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /hello HTTP/1.0\r\n\r\n");
  EXPECT_EQ(client.ReadToEnd(),
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\nhello"
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello");
}

TEST(Server, StreamsToAnHttp10CallerUntilTheClose) {
  ServerUnderTest server;
  RawClient client = server.Connect();
  client.Send("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(client.ReadToEnd(), "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabcdef");
  EXPECT_EQ(client.end(), End::kClosed);
}

TEST(Server, ResetsAnHttp10StreamThatIsCut) {
  ServerUnderTest server;
  RawClient client = server.Connect();
  client.Send("GET /cut-stream HTTP/1.0\r\n\r\n");
  client.ReadToEnd();
  EXPECT_EQ(client.end(), End::kReset);
}

TEST(Server, LetsACutChunkedStreamEndWithoutItsLastChunk) {
  ServerUnderTest server;
  RawClient client = server.Connect();
  client.Send(Get("/cut-stream"));
  EXPECT_EQ(client.ReadToEnd(),
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
  EXPECT_NE(client.end(), End::kOutOfPatience);
}

TEST(Server, AnswersACallerThatClosedItsSendingSide) {
  ServerUnderTest server;
  RawClient client = server.Connect();
  client.Send(Get("/hello") + Get("/stream"));
  client.HalfClose();
  const std::string answers = client.ReadToEnd();
  EXPECT_EQ(Occurrences(answers, "HTTP/1.1 200 OK"), 2);
  EXPECT_EQ(client.end(), End::kClosed);
}

/// A FIN that comes along with the last bytes makes no event of its own.
TEST(Server, FindsTheEndThatCameAlongWithTheLastBytes) {
  struct Case {
    std::string last;
    int answers;
  };
  const Case cases[] = {{Get("/hello"), 1},
                        {"GET /hello HTTP/1.1\r\nHost", 1},
                        {"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc", 1},
                        {"", 0}};
  ServerUnderTest server;
  for (const Case& c : cases) {
    for (const int before : {0, 1, 3}) {
      RawClient client = server.Connect();
      for (int i = 0; i < before; ++i) {
        client.Send(Get("/hello"));
        EXPECT_THAT(client.ReadAnswer(), ::testing::HasSubstr("200 OK"));
      }
      server.OnShard([&](net::Server&) {  // the shard sees both at once
        client.Send(c.last);
        client.HalfClose();
        return 0;
      });
      EXPECT_EQ(Occurrences(client.ReadToEnd(), "HTTP/1.1 "), c.answers) << before << c.last;
      EXPECT_EQ(client.end(), End::kClosed) << before << c.last;
    }
  }
}

TEST(Server, CutsTheConnectionWhenAnAnswerStaysUnfinished) {
  ServerUnderTest server;
  for (const char* path : {"/short", "/throw-late", "/nothing", "/long"}) {
    RawClient client = server.Connect();
    client.Send(Get(path) + Get("/hello"));
    const std::string answer = client.ReadToEnd();
    EXPECT_NE(client.end(), End::kOutOfPatience) << path;
    EXPECT_EQ(answer.find("hello"), std::string::npos) << path;
    EXPECT_EQ(answer.find("defg"), std::string::npos) << path;
  }
}

TEST(Server, SurvivesAHandlerThatThrows) {
  ServerUnderTest server;
  RawClient client = server.Connect();
  client.Send(Get("/throw"));
  const std::string answer = client.ReadToEnd();
  EXPECT_EQ(StatusIn(answer), 500);
  EXPECT_EQ(Occurrences(answer, "Connection: close"), 1);
  ASSERT_EQ(server.failures().size(), 1U);
  EXPECT_EQ(server.failures()[0], "a handler threw: thrown early");

  RawClient next = server.Connect();
  next.Send(Get("/hello"));
  EXPECT_EQ(StatusIn(next.ReadAnswer()), 200);
}

TEST(Server, EndsCleanlyWithRequestsInFlight) {
  RawClient waiting = [] {
    ServerUnderTest server;
    RawClient client = server.Connect();
    client.Send(Get("/hold"));
    while (server.Busy() == 0) std::this_thread::yield();
    return client;
  }();
  waiting.ReadToEnd();
  EXPECT_NE(waiting.end(), End::kOutOfPatience);
}

TEST(Server, CanBeThrownAwayWithItsContextWhileCoroutinesWait) {
  ScriptedHandler handler;
  RealClock clock;
  net::ConnectionCount count;
  auto context = std::make_unique<boost::asio::io_context>(1);
  net::Server server(*context, handler, net::ServerLimits{}, count, clock);
  const net::Endpoint loopback{*IpAddress::Parse("127.0.0.1"), 0};
  Result<net::ListenSockets> sockets = net::ListenSockets::OpenTcp(loopback, net::Door::kMain, 1);
  ASSERT_TRUE(sockets);
  server.Accept(sockets->Take(0), net::Door::kMain, false);
  RawClient idle = RawClient::Tcp(sockets->endpoint().port);
  RawClient held = RawClient::Tcp(sockets->endpoint().port);
  held.Send(Get("/hold"));
  while (handler.seen().empty()) context->run_one();
  EXPECT_EQ(server.open_connections(), 2U);
}

}  // namespace
}  // namespace sallyport::test
