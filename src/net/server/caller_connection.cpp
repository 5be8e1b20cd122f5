#include "net/server/caller_connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <optional>
#include <utility>

#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "net/draining_read.h"

namespace sallyport::net {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

IoStatus StatusOf(const error_code& ec) {
  if (!ec) return IoStatus::kOk;
  return ec == asio::error::eof ? IoStatus::kEnd : IoStatus::kFailed;
}

}  // namespace

CallerConnection::CallerConnection(StreamSocket socket, const Clock& clock)
    : socket_(std::move(socket)), clock_(clock), timer_(socket_.get_executor()) {
  error_code ignored;  // a socket that cannot be switched fails at its first operation
  socket_.non_blocking(true, ignored);
}

Task<ReadResult> CallerConnection::Read(std::span<char> into, SteadyTime deadline,
                                        Awaited awaited) {
  if (drained_ && awaited == Awaited::kMore) {
    const std::optional<ReadResult> found = TryRead(into);
    if (found) co_return *found;
  }
  error_code ec;
  const DrainingBuffer buffer(into);
  interrupted_ = false;
  Arm(deadline);
  ReadResult result;
  result.bytes =
      co_await socket_.async_read_some(buffer, asio::redirect_error(asio::use_awaitable, ec));
  Disarm();
  drained_ = result.bytes < into.size();
  result.status = StatusOf(ec);
  if (ec == asio::error::operation_aborted && expired_) {
    result.status = IoStatus::kTimeout;
  } else if (ec == asio::error::operation_aborted && interrupted_) {
    result.status = IoStatus::kInterrupted;
  }
  co_return result;
}

std::optional<ReadResult> CallerConnection::TryRead(std::span<char> into) {
  error_code ec;
  ReadResult result;
  result.bytes = socket_.read_some(asio::mutable_buffer(into.data(), into.size()), ec);
  if (ec == asio::error::would_block) return std::nullopt;
  result.status = StatusOf(ec);
  return result;
}

std::size_t CallerConnection::ReadNow(std::span<char> into) {
  const std::optional<ReadResult> found = TryRead(into);
  return found ? found->bytes : 0;
}

bool CallerConnection::WriteNow(Gather& pieces) {
  error_code ec;
  pieces.Consume(socket_.write_some(pieces, ec));
  return pieces.empty();
}

Task<IoStatus> CallerConnection::Write(Gather pieces, Milliseconds idle) {
  error_code ec;
  while (!pieces.empty()) {
    const SteadyTime start = clock_.Steady();
    Arm(start + idle);
    const std::size_t sent =
        co_await socket_.async_write_some(pieces, asio::redirect_error(asio::use_awaitable, ec));
    Disarm();
    if (ec) co_return expired_ ? IoStatus::kTimeout : IoStatus::kFailed;
    pieces.Consume(sent);
    LimitUnsent(sent, clock_.Steady() - start);
  }
  co_return IoStatus::kOk;
}

void CallerConnection::LimitUnsent(std::size_t sent, SteadyTime::duration wait) {
  const std::optional<int> limit = unsent_.Note(sent, wait);
  // A unix-domain socket has no such option, and none of its trouble.
  if (limit) setsockopt(descriptor(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &*limit, sizeof *limit);
}

void CallerConnection::Interrupt() {
  interrupted_ = true;
  error_code ignored;  // nothing pending: nothing to interrupt
  socket_.cancel(ignored);
}

void CallerConnection::ShutDownSending() {
  error_code ignored;  // the peer may be gone already
  socket_.shutdown(asio::socket_base::shutdown_send, ignored);
}

void CallerConnection::Close() {
  timer_.cancel();
  error_code ignored;  // the descriptor is released either way
  socket_.close(ignored);
}

void CallerConnection::Reset() {
  error_code ignored;  // unix-domain sockets have no RST
  socket_.set_option(asio::socket_base::linger(true, 0), ignored);
  Close();
}

void CallerConnection::Arm(SteadyTime deadline) {
  deadline_ = deadline;
  armed_ = true;
  expired_ = false;
  if (!timer_running_ || deadline < timer_at_) StartTimer(deadline);
}

void CallerConnection::StartTimer(SteadyTime at) {
  timer_running_ = true;
  timer_at_ = at;
  timer_.expires_at(at);
  timer_.async_wait([self = shared_from_this()](const error_code& ec) {
    if (!ec) self->OnTimer();
  });
}

void CallerConnection::OnTimer() {
  timer_running_ = false;
  if (!armed_ || !socket_.is_open()) return;
  if (clock_.Steady() < deadline_) {
    StartTimer(deadline_);
    return;
  }
  expired_ = true;
  error_code ignored;  // an operation that just completed wins
  socket_.cancel(ignored);
}

}  // namespace sallyport::net
