#include "net/client/answer.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <boost/asio/error.hpp>

#include "net/client/target_error.h"

namespace sallyport::net {
namespace {

/// A piece that is passed on at once is still in the processor's cache; one that waits for its turn
/// behind other connections is not (100 KB: 46 instead of 32 microseconds). So many pieces, then
/// the others have their turn.
constexpr int kReceivesInARow = 8;

/// TLS takes up to 17 KiB off the socket at a time: after an answer below this what did not fit is
/// still with TLS, where it can be seen.
constexpr std::size_t kWithinOneTlsRead = 8 * 1024;

}  // namespace

Answer::Answer(Channel channel, ReceivedHead received, CallTiming timing,
               std::shared_ptr<Recycler> recycler)
    : channel_(std::move(channel)),
      recycler_(std::move(recycler)),
      received_(std::move(received)),
      timing_(timing),
      body_(received_.head),
      was_full_(received_.filled_buffer) {
  Result<std::size_t> payload = body_.Take(received_.rest);
  came_whole_ = payload && body_.done();
  if (payload) {
    buffered_ = std::string_view(received_.rest.data(), *payload);
  } else {
    failed_ = std::move(payload).error();
  }
}

Answer::~Answer() {
  if (channel_.sending()) channel_.pump->Stop();
  if (channel_.connection) channel_.connection->Close();
}

bool Answer::SettleNow() {
  if (!body_.done()) return true;
  if (channel_.sending()) return false;
  LetGo();
  return true;
}

Task<void> Answer::Settle() {
  co_await StopSending(channel_.pump);
  LetGo();
}

std::string_view Answer::TakeArrived() { return std::exchange(buffered_, std::string_view()); }

Task<Result<std::size_t>> Answer::ReadBody(std::span<char> buffer) {
  if (!buffered_.empty()) {
    const std::size_t size = std::min(buffer.size(), buffered_.size());
    std::memcpy(buffer.data(), buffered_.data(), size);
    buffered_.remove_prefix(size);
    co_return size;
  }
  if (failed_) co_return *failed_;
  if (body_.done() || buffer.empty()) co_return std::size_t{0};

  Result<std::size_t> payload = co_await Receive(buffer);
  if (!payload) {
    failed_ = payload.error();
    co_await StopSending(channel_.pump);
    if (channel_.connection) channel_.connection->Close();
    co_return payload;
  }
  if (body_.done()) {
    co_await StopSending(channel_.pump);
    LetGo();
  }
  co_return payload;
}

Task<Result<std::size_t>> Answer::Receive(std::span<char> buffer) {
  while (true) {
    const std::span<char> into = buffer.first(body_.Want(buffer.size()));
    WireResult io;
    io.bytes = ReceiveNow(into);
    if (io.bytes == 0) {
      const Milliseconds limit = channel_.call->timeouts.body_idle;
      io = co_await ReadWithin(channel_, into, limit, Awaited::kMore);
    }
    was_full_ = io.bytes == into.size();
    if (io.error || io.bytes == 0) co_return OnEnd(io.error);
    Result<std::size_t> payload = body_.Take(into.first(io.bytes));
    if (!payload || *payload > 0 || body_.done()) co_return payload;
  }
}

std::size_t Answer::ReceiveNow(std::span<char> into) {
  if (!was_full_ || ++without_waiting_ > kReceivesInARow) {
    without_waiting_ = 0;
    return 0;
  }
  return channel_.connection->ReadNow(into);
}

Result<std::size_t> Answer::OnEnd(const boost::system::error_code& ec) {
  // Over TLS an end without close_notify comes as stream_truncated, never as eof.
  const bool in_order = !ec || ec == boost::asio::error::eof;
  if (in_order && body_.EndsHere()) return std::size_t{0};
  Error timeout = BodyTimedOut(channel_.target(), "sent no more of its answer",
                               channel_.call->timeouts.body_idle);
  std::optional<Error> known = ExplainReadFailure(channel_, ec, std::move(timeout));
  if (known) return std::move(*known);
  return ConnectionLost(channel_.target(), body_.Progress(), ec);
}

bool Answer::body_ready() const { return !buffered_.empty() || body_.done() || failed_; }

bool Answer::body_done() const { return body_.done() && buffered_.empty(); }

Task<void> Answer::Finish() {
  co_await StopSending(channel_.pump);
  if (channel_.connection) {
    channel_.connection->Close();
    channel_.connection.reset();
  }
  if (!body_.done() && !failed_) {
    failed_ = ConnectionLost(channel_.target(), body_.Progress(), {});
  }
}

/// Nothing can be left behind an answer whose whole body came in one receive with its head, when
/// that receive had room for more. Of an answer without a body (HEAD) the target may send one all
/// the same, and of a longer one no more is read than was announced.
bool Answer::EmptiedTheSocket() const {
  if (received_.rest.empty() || received_.filled_buffer || !came_whole_) return false;
  const char* end = received_.rest.data() + received_.rest.size();
  const auto bytes = static_cast<std::size_t>(end - received_.buffer.span().data());
  const bool seen = !channel_.connection->is_tls() || bytes <= kWithinOneTlsRead;
  return seen && !channel_.connection->HoldsUnread();
}

void Answer::LetGo() {
  if (!channel_.connection) return;
  channel_.connection->left_clean = EmptiedTheSocket();
  const ConnectionPointer connection = std::exchange(channel_.connection, nullptr);
  // From here on the connection may serve another call.
  if (channel_.call->handle != nullptr) channel_.call->handle->WaitsOn(nullptr);
  const bool reusable = received_.head.keep_alive && !body_.surplus() && !body_.until_close() &&
                        channel_.request_complete() && connection->is_open();
  if (reusable) {
    recycler_->Recycle(channel_.call->destination, connection);
  } else {
    connection->Close();
  }
}

}  // namespace sallyport::net
