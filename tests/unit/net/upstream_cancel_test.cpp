#include <atomic>

#include <functional>
#include <memory>

#include "support/wait_until.h"
#include "unit/net/upstream_harness.h"

namespace sallyport::net {
namespace {

using namespace std::chrono_literals;
using test::TargetSide;
using test::TlsTarget;

/// Cancels `handle` once `ready` holds.
void CancelWhen(boost::asio::io_context& context, CallHandle& handle, std::function<bool()> ready) {
  auto timer = std::make_shared<boost::asio::steady_timer>(context, 1ms);
  timer->async_wait([&context, &handle, ready, timer](boost::system::error_code) {
    if (ready()) {
      handle.Cancel();
    } else {
      CancelWhen(context, handle, ready);
    }
  });
}

TEST_F(UpstreamTest, CancellingTheHandleEndsACallToASilentTarget) {
  std::atomic<bool> asked{false};
  std::atomic<bool> closed{false};
  TlsTarget target([&](TargetSide& side, int) {
    side.ReadHead();
    asked = true;
    closed = side.ReadHead().empty();
  });
  CallHandle handle;
  OutboundCall call = Call(target.port());
  call.handle = &handle;
  CancelWhen(context_, handle, [&] { return asked.load(); });
  const Outcome outcome = Send(std::move(call));
  ASSERT_TRUE(outcome.error.has_value());
  EXPECT_EQ(upstream_->stats().idle, 0U);
  EXPECT_EQ(upstream_->stats().busy, 0U);
  EXPECT_TRUE(test::WaitUntil([&] { return closed.load(); }, 5s));
}

TEST_F(UpstreamTest, CancellingTheHandleEndsABodyThatStopped) {
  std::atomic<bool> sent{false};
  TlsTarget target([&](TargetSide& side, int) {
    side.ReadHead();
    side.Send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
    sent = true;
    side.ReadHead();
  });
  CallHandle handle;
  OutboundCall call = Call(target.port());
  call.handle = &handle;
  CancelWhen(context_, handle, [&] { return sent.load(); });
  const Outcome outcome = Send(std::move(call));
  EXPECT_TRUE(outcome.error.has_value() || outcome.body_error.has_value());
  EXPECT_EQ(upstream_->stats().busy, 0U);
}

TEST_F(UpstreamTest, ACancelledCallIsNotMadeOnAnotherConnection) {
  std::atomic<int> asked{0};
  TlsTarget target([&](TargetSide& side, int) {
    side.ReadHead();
    side.Send(kOk);
    side.ReadHead();
    ++asked;
    side.ReadHead();
  });
  Get(target.port());
  CallHandle handle;
  OutboundCall call = Call(target.port());
  call.handle = &handle;
  call.retry_on_stale = true;
  CancelWhen(context_, handle, [&] { return asked.load() == 1; });
  const Outcome outcome = Send(std::move(call));
  EXPECT_TRUE(outcome.error.has_value());
  EXPECT_EQ(target.connections(), 1);
}

TEST_F(UpstreamTest, ACallThatHasEndedLeavesItsConnectionToTheNext) {
  TlsTarget target(Always(kOk));
  CallHandle handle;
  OutboundCall call = Call(target.port());
  call.handle = &handle;
  EXPECT_EQ(Send(std::move(call)).status, 200);
  handle.Cancel();
  EXPECT_EQ(upstream_->stats().idle, 1U);
  EXPECT_TRUE(Get(target.port()).timing.reused_connection);
  upstream_->CloseIdle();  // or the target waits for a third request
}

TEST_F(UpstreamTest, ACallWithACancelledHandleSendsNothing) {
  std::atomic<bool> heard{false};
  TlsTarget target([&](TargetSide& side, int) { heard = !side.ReadHead().empty(); });
  CallHandle handle;
  handle.Cancel();
  OutboundCall call = Call(target.port());
  call.handle = &handle;
  EXPECT_TRUE(Send(std::move(call)).error.has_value());
  EXPECT_FALSE(heard);
}

}  // namespace
}  // namespace sallyport::net
