// Limits, time limits, draining, and callers that are slow or gone.
#include <gtest/gtest.h>

#include <algorithm>

#include "server_harness.h"
#include "support/wait_until.h"

namespace sallyport::test {
namespace {

using End = RawClient::End;
using std::chrono::milliseconds;

const std::string kHello = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";
const std::string kHold = "GET /hold HTTP/1.1\r\nHost: a\r\n\r\n";

net::ServerLimits Short(milliseconds net::ServerLimits::*which) {
  net::ServerLimits limits;
  limits.*which = milliseconds(80);
  return limits;
}

/// "GET /hello" padded to a head of exactly `bytes`.
std::string HeadOf(std::size_t bytes) {
  const std::string start = "GET /hello HTTP/1.1\r\nHost: a\r\nX: ";
  return start + std::string(bytes - start.size() - 4, 'x') + "\r\n\r\n";
}

TEST(ServerLimits, TakesAHeadOfExactlyTheLimit) {
  ServerUnderTest server;
  const struct {
    std::size_t bytes;
    int status;
  } cases[] = {{2047, 200}, {2048, 200}, {2049, 200}, {16384, 200}, {16385, 431}, {70000, 431}};
  for (const auto& row : cases) {
    RawClient client = server.Connect();
    client.Send(HeadOf(row.bytes));
    const std::string answer = client.ReadAnswer();
    EXPECT_EQ(StatusIn(answer), row.status) << row.bytes;
  }
}

TEST(ServerLimits, RefusesAnEndlessHeadWithoutWaitingForItsEnd) {
  ServerUnderTest server;
  RawClient fields = server.Connect();
  fields.Send("GET /hello HTTP/1.1\r\nHost: a\r\nX: " + std::string(20000, 'x'));
  EXPECT_EQ(StatusIn(fields.ReadAnswer()), 431);
  RawClient target = server.Connect();
  target.Send("GET /" + std::string(20000, 'x'));
  EXPECT_EQ(StatusIn(target.ReadAnswer()), 414);
  RawClient whole = server.Connect();
  whole.Send("GET /" + std::string(8192, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(StatusIn(whole.ReadAnswer()), 414);
  EXPECT_TRUE(server.handler.seen().empty());
}

TEST(ServerLimits, APipelineDoesNotHoldUpOthers) {
  ServerUnderTest server;
  RawClient greedy = server.Connect();
  RawClient other = server.Connect();
  other.Send(kHello);
  EXPECT_EQ(StatusIn(other.ReadAnswer()), 200);
  std::string pipeline;
  while (pipeline.size() + kHello.size() < 60000) pipeline += kHello;
  const auto in_all = static_cast<std::size_t>(pipeline.size() / kHello.size());
  // Both wait in the socket when the shard looks again, the long one first.
  server.OnShard([&](net::Server&) {
    greedy.Send(pipeline);
    other.Send("GET /no-content HTTP/1.1\r\nHost: a\r\n\r\n");
    return 0;
  });
  for (std::size_t i = 0; i < in_all; ++i) ASSERT_EQ(StatusIn(greedy.ReadAnswer()), 200) << i;
  EXPECT_EQ(StatusIn(other.ReadAnswer()), 204);
  const std::vector<std::string> seen = server.handler.seen();
  const auto turn = std::find(seen.begin(), seen.end(), "GET /no-content") - seen.begin();
  EXPECT_LT(static_cast<std::size_t>(turn), in_all / 10);
}

TEST(ServerLimits, TakesHeadsBeyondABlockWhenTheLimitAllowsThem) {
  net::ServerLimits limits;
  limits.head.head_bytes = 300000;
  ServerUnderTest server(limits);
  RawClient client = server.Connect();
  client.Send(HeadOf(300000));
  EXPECT_EQ(StatusIn(client.ReadAnswer()), 200);
  client.Send(HeadOf(300001));
  EXPECT_EQ(StatusIn(client.ReadAnswer()), 431);
}

TEST(ServerTimeouts, AnswersAHeadThatDoesNotEnd) {
  ServerUnderTest server(Short(&net::ServerLimits::request_head));
  RawClient client = server.Connect();
  client.Send("GET /hello HTTP/1.1\r\nHo");
  const std::string answer = client.ReadAnswer();
  EXPECT_EQ(StatusIn(answer), 408);
  EXPECT_EQ(Occurrences(answer, "Connection: close"), 1);
}

TEST(ServerTimeouts, BoundsTheWholeHeadEvenIfItDrips) {
  ServerUnderTest server(Short(&net::ServerLimits::request_head));
  RawClient client = server.Connect();
  client.Send(kHello);
  client.ReadAnswer();
  const auto start = std::chrono::steady_clock::now();
  std::atomic<bool> over{false};
  std::thread drip([&] {
    for (const char byte :
         std::string("GET / HTTP/1.1\r\nHost: a\r\nX: ") + std::string(500, 'x')) {
      if (over || !client.Send(std::string(1, byte))) return;
      std::this_thread::sleep_for(milliseconds(10));
    }
  });
  EXPECT_EQ(StatusIn(client.ReadAnswer()), 408);
  over = true;
  drip.join();
  EXPECT_LT(std::chrono::steady_clock::now() - start, milliseconds(2500));
}

TEST(ServerTimeouts, ClosesASilentNewConnectionWithoutAWord) {
  ServerUnderTest server(Short(&net::ServerLimits::request_head));
  RawClient client = server.Connect();
  EXPECT_EQ(client.ReadToEnd(), "");
  EXPECT_EQ(client.end(), End::kClosed);
}

TEST(ServerTimeouts, ClosesAnIdleConnectionWithoutAWord) {
  ServerUnderTest server(Short(&net::ServerLimits::idle_caller));
  RawClient client = server.Connect();
  client.Send(kHello);
  client.ReadAnswer();
  client.Send("\r\n");  // belongs to nothing, so it is no beginning of a request
  EXPECT_EQ(client.ReadToEnd(), "");
  EXPECT_EQ(client.end(), End::kClosed);
}

TEST(ServerTimeouts, ReportsABodyThatStalls) {
  ServerUnderTest server(Short(&net::ServerLimits::body_idle));
  RawClient client = server.Connect();
  client.Send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
  const std::string answer = client.ReadAnswer();
  EXPECT_EQ(StatusIn(answer), 408);
  EXPECT_EQ(Occurrences(answer, "Connection: close"), 1);
}

TEST(ServerTimeouts, CutsAReaderThatTakesNothingAndHoldsBackTheHandlerBefore) {
  ServerUnderTest server(Short(&net::ServerLimits::body_idle));
  RawClient client = server.Connect();
  client.ShrinkReceiveBuffer(4096);
  client.Send("GET /flood HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(WaitUntil([&] { return server.handler.flood_ended.load(); }, milliseconds(5000)));
  EXPECT_LT(server.handler.flooded, 16U << 20);  // what the kernel buffers at most
  EXPECT_TRUE(WaitUntil([&] { return server.Open() == 0; }, milliseconds(2000)));
}

TEST(ServerTimeouts, ServesAReaderThatIsOnlySlow) {
  ServerUnderTest server(Short(&net::ServerLimits::body_idle));
  RawClient client = server.Connect();
  client.Send("GET /flood HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto end = std::chrono::steady_clock::now() + milliseconds(400);
  while (std::chrono::steady_clock::now() < end) {
    ASSERT_EQ(client.ReadBytes(1 << 20).size(), 1U << 20);
    std::this_thread::sleep_for(milliseconds(5));
  }
  EXPECT_FALSE(server.handler.flood_ended);
}

TEST(ServerConnections, RefusesOneMoreThanTheLimitAndRecovers) {
  net::ServerLimits limits;
  limits.connections = 2;
  ServerUnderTest server(limits);
  RawClient first = server.Connect();
  {
    RawClient second = server.Connect();
    EXPECT_TRUE(WaitUntil([&] { return server.Open() == 2; }, milliseconds(2000)));
    RawClient third = server.Connect();
    third.Send(kHello);
    const std::string refusal = third.ReadAnswer();
    EXPECT_EQ(StatusIn(refusal), 503);
    EXPECT_EQ(Occurrences(refusal, "overloaded retry-after"), 1);
    EXPECT_EQ(Occurrences(refusal, "Connection: close"), 1);
    third.HalfClose();
    third.ReadToEnd();
    EXPECT_EQ(third.end(), End::kClosed);
    EXPECT_EQ(server.Open(), 2U);
  }
  EXPECT_TRUE(WaitUntil([&] { return server.Open() == 1; }, milliseconds(2000)));
  RawClient again = server.Connect();
  again.Send(kHello);
  EXPECT_EQ(StatusIn(again.ReadAnswer()), 200);
  first.Send(kHello);
  EXPECT_EQ(StatusIn(first.ReadAnswer()), 200);
}

TEST(ServerConnections, TakesNewLimitsForNewConnections) {
  ServerUnderTest server;
  RawClient old = server.Connect();
  old.Send(kHello);
  old.ReadAnswer();
  server.OnShard([](net::Server& shard) {
    net::ServerLimits limits;
    limits.head.head_bytes = 100;
    shard.SetLimits(limits);
  });
  old.Send(HeadOf(200));
  EXPECT_EQ(StatusIn(old.ReadAnswer()), 200);
  RawClient fresh = server.Connect();
  fresh.Send(HeadOf(200));
  EXPECT_EQ(StatusIn(fresh.ReadAnswer()), 431);
}

TEST(ServerDrain, EndsEveryConnectionAfterItsNextAnswer) {
  ServerUnderTest server;
  RawClient idle = server.Connect();
  idle.Send(kHello);
  idle.ReadAnswer();
  RawClient busy = server.Connect();
  busy.Send(kHold);
  RawClient silent = server.Connect();
  EXPECT_TRUE(
      WaitUntil([&] { return server.Open() == 3 && server.Busy() == 1; }, milliseconds(2000)));

  server.OnShard([](net::Server& shard) { shard.StartDraining(); });
  RawClient late = server.Connect();
  for (RawClient* client : {&idle, &silent, &late}) {
    client->Send(kHello);
    EXPECT_EQ(client->ReadToEnd(),
              "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello");
    EXPECT_EQ(client->end(), End::kClosed);
  }
  server.handler.release = true;
  EXPECT_EQ(busy.ReadToEnd(),
            "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nheld");
  EXPECT_TRUE(WaitUntil([&] { return server.Open() == 0; }, milliseconds(2000)));
  EXPECT_EQ(server.Busy(), 0U);
}

TEST(ServerDrain, DoesNotWaitLongForTheRestOfAHead) {
  ServerUnderTest server;  // request_head is 15 s
  RawClient client = server.Connect();
  client.Send("GET /hello HT");
  EXPECT_TRUE(WaitUntil([&] { return server.Busy() == 1; }, milliseconds(2000)));
  server.OnShard([](net::Server& shard) { shard.StartDraining(); });
  EXPECT_EQ(StatusIn(client.ReadToEnd()), 408);
}

TEST(ServerDrain, ClosesWhoRestsAtItsEndButServesWhatArrivesJustThen) {
  ServerUnderTest server;
  RawClient client = server.Connect();
  RawClient idle = server.Connect();
  for (RawClient* each : {&client, &idle}) {
    each->Send(kHello);
    each->ReadAnswer();
  }
  // On the shard's thread: the bytes are in the socket, the event loop has not seen them.
  server.OnShard([&](net::Server& shard) {
    client.Send(kHello);
    shard.StartDraining();
    shard.EndResting();
  });
  EXPECT_EQ(Occurrences(client.ReadToEnd(), "Connection: close\r\n\r\nhello"), 1);
  EXPECT_EQ(idle.ReadToEnd(), "");
  EXPECT_EQ(idle.end(), End::kClosed);
}

TEST(ServerDrain, StopsAcceptingButServesWhatWaits) {
  ServerUnderTest server;
  std::vector<RawClient> waiting;
  server.OnShard([&](net::Server& shard) {
    waiting.push_back(server.Connect());
    shard.StopAccepting();
  });
  EXPECT_THROW((void)server.Connect(), std::runtime_error);
  waiting[0].Send(kHello);
  EXPECT_EQ(StatusIn(waiting[0].ReadAnswer()), 200);
}

TEST(ServerDrain, CloseAllEndsEveryConnectionAndTellsTheHandler) {
  ServerUnderTest server;
  RawClient held = server.Connect();
  held.Send(kHold);
  RawClient idle = server.Connect();
  EXPECT_TRUE(
      WaitUntil([&] { return server.Open() == 2 && server.Busy() == 1; }, milliseconds(2000)));
  server.OnShard([](net::Server& shard) { shard.CloseAll(); });
  held.ReadToEnd();
  EXPECT_NE(held.end(), End::kOutOfPatience);
  idle.ReadToEnd();
  EXPECT_EQ(idle.end(), End::kClosed);
  EXPECT_TRUE(WaitUntil([&] { return server.Open() == 0; }, milliseconds(2000)));
  EXPECT_EQ(server.handler.gone, 1);
}

TEST(ServerCaller, NoticesAResetWhileTheHandlerIsBusyElsewhere) {
  ServerUnderTest server;
  RawClient client = server.Connect();
  client.Send(kHold);
  EXPECT_TRUE(WaitUntil([&] { return !server.handler.seen().empty(); }, milliseconds(2000)));
  client.Reset();
  EXPECT_TRUE(WaitUntil([&] { return server.handler.gone == 1; }, milliseconds(2000)));
  EXPECT_TRUE(WaitUntil([&] { return server.Open() == 0; }, milliseconds(2000)));
}

TEST(ServerCaller, WaitsForACallerThatOnlyClosedItsSendingSide) {
  ServerUnderTest server;
  RawClient client = server.Connect();
  client.Send(kHold);
  client.HalfClose();
  RawClient other = server.Connect();  // its reset shows that the watch has looked at both
  other.Send(kHold);
  EXPECT_TRUE(WaitUntil([&] { return server.handler.seen().size() == 2; }, milliseconds(2000)));
  other.Reset();
  EXPECT_TRUE(WaitUntil([&] { return server.handler.gone == 1; }, milliseconds(2000)));
  server.handler.release = true;
  EXPECT_EQ(client.ReadAnswer(), "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nheld");
}

}  // namespace
}  // namespace sallyport::test
