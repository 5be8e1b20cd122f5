#include <future>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>

#include "unit/net/upstream_harness.h"

namespace sallyport::net {
namespace {

using test::TargetSide;
using test::TlsTarget;
using Then = PieceSource::Then;
using namespace std::chrono_literals;

TEST_F(UpstreamTest, SendsASmallBodyWithTheHead) {
  std::string seen;
  TlsTarget target([&](TargetSide& side, int) {
    side.ReadHead();
    seen = side.ReadBody(5);
    side.Send(kOk);
  });
  EXPECT_EQ(Send(Call(target.port(), "POST", "", "hello")).status, 200);
  EXPECT_EQ(seen, "hello");
}

TEST_F(UpstreamTest, StreamsACountedBody) {
  const std::string big(300000, 'b');
  std::string seen;
  TlsTarget target([&](TargetSide& side, int) {
    side.ReadHead();
    seen = side.ReadBody(big.size() + 1);
    side.Send(kOk);
    side.ReadToEnd();
  });
  PieceSource source(context_, {"a", big}, Then::kEnd);
  OutboundCall call = Call(target.port(), "PUT", "Content-Length: 300001\r\n");
  call.source = &source;
  EXPECT_EQ(Send(std::move(call)).status, 200);
  EXPECT_EQ(seen, "a" + big);
  EXPECT_EQ(upstream_->stats().idle, 1U);
  upstream_->CloseIdle();
}

TEST_F(UpstreamTest, WrapsAStreamInChunks) {
  std::string seen;
  TlsTarget target([&](TargetSide& side, int) {
    side.ReadHead();
    seen = side.ReadBody(29);
    side.Send(kOk);
  });
  PieceSource source(context_, {"hello", "0123456789abcdef"}, Then::kEnd);
  OutboundCall call = Call(target.port(), "POST", "Transfer-Encoding: chunked\r\n");
  call.source = &source;
  call.chunked = true;
  EXPECT_EQ(Send(std::move(call)).status, 200);
  EXPECT_EQ(seen.substr(0, 10), "5\r\nhello\r\n");
  EXPECT_EQ(seen.substr(10), "10\r\n0123456789abcde");
}

TEST_F(UpstreamTest, AnEarlyAnswerIsDeliveredAndStopsTheUpload) {
  for (const char* answer : {"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n",
                             "HTTP/1.1 401 Who\r\nContent-Length: 3\r\n\r\nwho"}) {
    TlsTarget target([&](TargetSide& side, int) {
      side.ReadHead();
      side.Send(answer);
      side.ReadToEnd();
    });
    std::optional<PieceSource> source;
    source.emplace(context_, std::deque<std::string>{"x"}, Then::kWait);
    OutboundCall call = Call(target.port(), "POST", "Content-Length: 100\r\n");
    call.source = &*source;
    const Outcome outcome = Send(std::move(call));
    EXPECT_GE(outcome.status, 401) << outcome.message();
    EXPECT_FALSE(outcome.body_error);
    EXPECT_FALSE(source->waiting());
    source.reset();
    EXPECT_EQ(upstream_->stats().idle, 0U);
    context_.restart();
    context_.poll();  // nothing of the upload is left to touch the source
  }
}

TEST_F(UpstreamTest, AnEarlyAnswerToALargeReadyBodyIsDelivered) {
  TlsTarget target([](TargetSide& side, int) {
    side.ReadHead();
    side.Send("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig");
    side.ReadToEnd();
  });
  const Outcome outcome = Send(Call(target.port(), "POST", "", std::string(8 << 20, 'x')));
  EXPECT_EQ(outcome.status, 413) << outcome.message();
}

TEST_F(UpstreamTest, AnEchoStreamsBothWays) {
  TlsTarget target([](TargetSide& side, int) {
    side.ReadHead();
    side.Send("HTTP/1.1 200 OK\r\nContent-Length: 400000\r\n\r\n");
    for (int i = 0; i < 400; ++i) side.Send(side.ReadBody(1000));
  });
  std::string body;
  for (int i = 0; i < 40; ++i) body += std::string(10000, static_cast<char>('a' + i % 26));
  PieceSource source(context_, {body.substr(0, 5000), body.substr(5000)}, Then::kEnd);
  OutboundCall call = Call(target.port(), "POST", "Content-Length: 400000\r\n");
  call.source = &source;
  const Outcome outcome = Send(std::move(call));
  EXPECT_FALSE(outcome.body_error) << outcome.message();
  EXPECT_EQ(outcome.body, body);
}

TEST_F(UpstreamTest, ABadSourceCutsTheTargetBeforeTheRequestIsComplete) {
  std::promise<std::string> seen;
  TlsTarget target([&](TargetSide& side, int) {
    side.ReadHead();
    seen.set_value(side.ReadToEnd());
  });
  PieceSource source(context_, {"hello"}, Then::kFail);
  OutboundCall call = Call(target.port(), "POST", "Transfer-Encoding: chunked\r\n");
  call.source = &source;
  call.chunked = true;
  const Outcome outcome = Send(std::move(call));
  EXPECT_EQ(outcome.kind(), ErrorKind::kMalformedRequest);
  EXPECT_EQ(outcome.message(), "the body is bad");
  EXPECT_EQ(seen.get_future().get(), "5\r\nhello\r\n");
}

TEST_F(UpstreamTest, AConsumedSourceIsNeverSentAgain) {
  TlsTarget target([](TargetSide& side, int) {
    side.ReadHead();
    side.Send(kOk);
    side.ReadHead();
    side.ReadBody(5);
  });
  Get(target.port());
  PieceSource source(context_, {"hello"}, Then::kEnd);
  OutboundCall call = Call(target.port(), "PUT", "Content-Length: 5\r\n");
  call.source = &source;
  EXPECT_EQ(Send(std::move(call)).kind(), ErrorKind::kUpstreamReset);
  EXPECT_EQ(target.connections(), 1);
}

TEST_F(UpstreamTest, CancellingTheCallerEndsTheCallAndLetsGoOfTheSource) {
  TlsTarget target([](TargetSide& side, int) { side.ReadToEnd(); });
  PieceSource source(context_, {"hello"}, Then::kWait);
  OutboundCall call = Call(target.port(), "POST", "Content-Length: 100\r\n");
  call.source = &source;
  boost::asio::cancellation_signal cancel;
  bool ended = false;
  const auto run = [](Upstream& upstream, OutboundCall outbound) -> Task<void> {
    const auto result = co_await upstream.Send(std::move(outbound));
    EXPECT_FALSE(result);
  };
  boost::asio::co_spawn(
      context_, run(*upstream_, std::move(call)),
      boost::asio::bind_cancellation_slot(cancel.slot(), [&](std::exception_ptr failure) {
        EXPECT_FALSE(failure);
        ended = true;
      }));
  while (!source.waiting()) context_.run_one();
  cancel.emit(boost::asio::cancellation_type::terminal);
  while (!ended) context_.run_one();
  EXPECT_FALSE(source.waiting());
  EXPECT_EQ(upstream_->stats().busy, 0U);
}

TEST_F(UpstreamTest, DestroyingAnAnswerClosesItsConnection) {
  TlsTarget target([](TargetSide& side, int) {
    side.ReadHead();
    side.Send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
    side.ReadToEnd();  // returns when the client closes
  });
  std::unique_ptr<UpstreamAnswer> answer;
  const auto run = [](Upstream& upstream, OutboundCall outbound,
                      std::unique_ptr<UpstreamAnswer>& kept) -> Task<void> {
    auto result = co_await upstream.Send(std::move(outbound));
    kept = std::move(*result);
  };
  boost::asio::co_spawn(context_, run(*upstream_, Call(target.port()), answer),
                        [](std::exception_ptr) {});
  while (!answer) context_.run_one();
  EXPECT_TRUE(answer->body_ready());
  EXPECT_EQ(upstream_->stats().busy, 1U);
  answer.reset();
  EXPECT_EQ(upstream_->stats().busy, 0U);
}

}  // namespace
}  // namespace sallyport::net
