#include "net/client/body_pump.h"

#include <algorithm>
#include <exception>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "sallyport/http/chunked.h"

namespace sallyport::net {
namespace {

constexpr std::string_view kNothing;  // `{}` in an awaiting expression is a temporary

namespace asio = boost::asio;

constexpr std::size_t kPieceBytes = 64 * 1024;

/// A buffer with room for the chunk header in front of the data and CR LF behind it, so that a
/// chunk is one write and one TLS record.
class ChunkBuffer {
 public:
  explicit ChunkBuffer(bool chunked)
      : chunked_(chunked),
        bytes_(std::make_unique_for_overwrite<char[]>(kRoom + kPieceBytes + 2)) {}

  [[nodiscard]] std::span<char> data() { return {bytes_.get() + kRoom, kPieceBytes}; }

  /// What goes out for the first `size` > 0 bytes of data().
  [[nodiscard]] std::string_view Frame(std::size_t size) {
    char* const start = bytes_.get() + kRoom;
    if (!chunked_) return {start, size};
    const std::string header = http::ChunkHeader(size);
    std::copy(header.begin(), header.end(), start - header.size());
    start[size] = '\r';
    start[size + 1] = '\n';
    return {start - header.size(), header.size() + size + 2};
  }

 private:
  static constexpr std::size_t kRoom = 16;  // "10000\r\n" and more
  bool chunked_;
  std::unique_ptr<char[]> bytes_;
};

Error SourceThrew(const std::exception& failure) {
  return Error(ErrorKind::kInternal, ErrorSource::kGateway, "the request body could not be read")
      .WithDetail(failure.what());
}

}  // namespace

/// Marks the pump finished however its coroutine ends, also when the io_context destroys it.
class BodyPump::FrameGuard {
 public:
  explicit FrameGuard(BodyPump& pump) : pump_(pump) {}
  ~FrameGuard() { pump_.OnFinished(); }
  FrameGuard(const FrameGuard&) = delete;
  FrameGuard& operator=(const FrameGuard&) = delete;

 private:
  BodyPump& pump_;
};

BodyPump::BodyPump(asio::io_context& context, ConnectionPointer connection,
                   std::shared_ptr<const OutboundCall> call)
    : context_(context),
      connection_(std::move(connection)),
      call_(std::move(call)),
      done_(context, SteadyTime::max()) {}

void BodyPump::Start() {
  auto on_end = asio::bind_cancellation_slot(cancel_.slot(),
                                             [self = shared_from_this()](std::exception_ptr) {});
  asio::co_spawn(context_, Run(shared_from_this()), std::move(on_end));
}

void BodyPump::Stop() {
  if (finished_) return;
  stopping_ = true;
  connection_->Close();
  cancel_.emit(asio::cancellation_type::terminal);
}

Task<void> BodyPump::Finished(std::shared_ptr<BodyPump> pump) {
  boost::system::error_code ignored;
  while (!pump->finished_) {
    co_await pump->done_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
}

void BodyPump::LimitReadAfterwards(std::optional<Milliseconds> limit) {
  read_limit_ = limit;
  if (finished_ && limit) connection_->watchdog().Set(Watchdog::Side::kRead, *limit);
}

void BodyPump::OnFinished() {
  finished_ = true;
  done_.cancel();
  if (read_limit_) connection_->watchdog().Set(Watchdog::Side::kRead, *read_limit_);
}

Task<void> BodyPump::Run(std::shared_ptr<BodyPump> pump) {
  const FrameGuard guard(*pump);
  const bool sent = co_await pump->Send(pump->call_->head, pump->call_->body);
  if (!sent) co_return;
  if (pump->call_->source == nullptr) {
    pump->complete_ = true;
    co_return;
  }
  try {
    co_await pump->Stream();
  } catch (const std::exception& failure) {
    // Thrown by a source whose own operation was cancelled by Stop, or by a broken one.
    if (!pump->stopping_) pump->source_error_ = SourceThrew(failure);
    pump->connection_->Close();
  }
}

Task<bool> BodyPump::Send(std::string_view first, std::string_view second) {
  connection_->watchdog().Set(Watchdog::Side::kWrite, call_->timeouts.body_idle);
  const WireResult written = co_await connection_->Write(first, second);
  co_return !written.error && !stopping_;
}

Task<void> BodyPump::Stream() {
  ChunkBuffer buffer(call_->chunked);
  while (true) {
    source_touched_ = true;
    Result<std::size_t> piece = co_await call_->source->Read(buffer.data());
    if (stopping_) co_return;
    if (!piece) {
      source_error_ = std::move(piece).error();
      connection_->Close();
      co_return;
    }
    if (*piece == 0) break;
    const std::string_view frame = buffer.Frame(*piece);
    const bool sent = co_await Send(frame, kNothing);
    if (!sent) co_return;
  }
  bool sent = true;
  if (call_->chunked) sent = co_await Send(http::kLastChunk, kNothing);
  complete_ = sent;
}

}  // namespace sallyport::net
