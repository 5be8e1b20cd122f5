#include "net/server/request_body.h"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace sallyport::net {

namespace {

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

Error CallerError(ErrorKind kind, const char* message) {
  return Error(kind, ErrorSource::kCaller, message);
}

}  // namespace

RequestBody::RequestBody(CallerConnection& connection, InputBuffer& input,
                         const http::RequestHead& head, Milliseconds idle)
    : connection_(connection),
      input_(input),
      idle_(idle),
      framing_(head.framing),
      remaining_(head.content_length),
      // RFC 9110 §10.1.1: not to an HTTP/1.0 caller, and needless once body bytes are here. Other
      // expectations than 100-continue are ignored, which the same section allows.
      continue_due_(head.expect_continue && !head.http_1_0 && input.unread().empty()),
      withheld_body_(continue_due_),
      done_(framing_ == http::BodyFraming::kNone ||
            (framing_ == http::BodyFraming::kLength && remaining_ == 0)) {}

Task<Result<std::size_t>> RequestBody::Read(std::span<char> buffer) {
  assert(!buffer.empty());
  if (failed_) {
    co_return CallerError(ErrorKind::kMalformedRequest, "the request body cannot be read");
  }
  if (done_) co_return std::size_t{0};
  started_ = true;
  if (continue_due_) {
    Result<void> sent = co_await SendContinue();
    if (!sent) co_return std::move(sent).error();
  }
  Result<std::size_t> piece(std::size_t{0});
  if (framing_ == http::BodyFraming::kChunked) {
    piece = co_await ReadChunked(buffer);
  } else {
    piece = co_await ReadCounted(buffer);
  }
  if (piece) received_ += *piece;
  co_return piece;
}

std::string_view RequestBody::buffered() const {
  if (framing_ != http::BodyFraming::kLength || failed_) return {};
  const std::string_view unread = input_.unread();
  return unread.substr(0, std::min<std::uint64_t>(unread.size(), remaining_));
}

Result<void> RequestBody::JudgeArrived() const {
  if (framing_ != http::BodyFraming::kChunked) return {};
  http::ChunkDecoder decoder = decoder_;
  std::string_view rest = input_.unread();
  while (!rest.empty() && !decoder.done()) {
    Result<http::ChunkDecoder::Step> step = decoder.Next(rest);
    if (!step) return std::move(step).error();
    rest.remove_prefix(step->consumed);
  }
  return {};
}

bool RequestBody::Drainable(std::uint64_t limit) const {
  if (done_) return true;
  if (failed_ || withheld_body_) return false;
  return started_ || framing_ == http::BodyFraming::kChunked || remaining_ <= limit;
}

Task<Result<void>> RequestBody::SendContinue() {
  continue_due_ = false;
  withheld_body_ = false;
  Gather pieces;
  pieces.Add(kContinue);
  IoStatus status = IoStatus::kOk;
  if (!connection_.WriteNow(pieces)) status = co_await connection_.Write(pieces, idle_);
  if (status != IoStatus::kOk) co_return Fail(status);
  co_return Result<void>();
}

Task<Result<std::size_t>> RequestBody::ReadCounted(std::span<char> buffer) {
  std::span<char> wanted = buffer.first(std::min<std::uint64_t>(buffer.size(), remaining_));
  std::size_t bytes = std::min(wanted.size(), input_.unread().size());
  if (bytes > 0) {
    std::memcpy(wanted.data(), input_.unread().data(), bytes);
    input_.Consume(bytes);
  } else {
    const ReadResult read = co_await connection_.Read(wanted, Deadline(), Awaited::kMore);
    if (read.status != IoStatus::kOk) co_return Fail(read.status);
    bytes = read.bytes;
  }
  withheld_body_ = false;
  remaining_ -= bytes;
  done_ = remaining_ == 0;
  co_return bytes;
}

Task<Result<std::size_t>> RequestBody::ReadChunked(std::span<char> buffer) {
  for (;;) {
    Result<std::size_t> decoded = DecodeArrived(buffer);
    if (!decoded) failed_ = true;
    if (!decoded || *decoded > 0 || done_) co_return decoded;
    const std::span<char> space = input_.Space(InputBuffer::Room::kLarge);
    const ReadResult read = co_await connection_.Read(space, Deadline(), Awaited::kMore);
    if (read.status != IoStatus::kOk) co_return Fail(read.status);
    withheld_body_ = false;
    input_.Commit(read.bytes);
  }
}

Result<std::size_t> RequestBody::DecodeArrived(std::span<char> buffer) {
  std::size_t filled = 0;
  while (!done_ && filled < buffer.size() && !input_.unread().empty()) {
    // No more input than there is room, so that all data of a step fits.
    const std::string_view piece = input_.unread().substr(0, buffer.size() - filled);
    Result<http::ChunkDecoder::Step> step = decoder_.Next(piece);
    if (!step) return std::move(step).error();
    if (!step->data.empty()) {
      std::memcpy(buffer.data() + filled, step->data.data(), step->data.size());
      filled += step->data.size();
    }
    input_.Consume(step->consumed);
    done_ = decoder_.done();
  }
  return filled;
}

SteadyTime RequestBody::Deadline() const {
  const SteadyTime idle = connection_.Now() + idle_;
  return time_limit_ ? std::min(idle, *time_limit_) : idle;
}

Error RequestBody::Fail(IoStatus status) {
  failed_ = true;
  if (status == IoStatus::kTimeout) {
    return CallerError(ErrorKind::kRequestTimeout,
                       "the request body did not arrive in time (timeouts.body_idle)");
  }
  return CallerError(ErrorKind::kMalformedRequest,
                     "the connection ended before the end of the request body");
}

}  // namespace sallyport::net
