#include "net/client/head_reader.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

#include "net/client/target_error.h"

namespace sallyport::net {
namespace {

/// A buffer that grows as needed; heads are cut off its front.
class HeadBuffer {
 public:
  HeadBuffer(std::size_t most, BlockPool& blocks)
      : most_(std::max(most, kHeadBlockBytes)), block_(blocks.Take()) {}

  [[nodiscard]] std::string_view view() const { return {block_.span().data(), filled_}; }
  /// Where the next receive goes; grows when full.
  [[nodiscard]] std::span<char> Free() {
    if (full()) Grow();
    return block_.span().subspan(filled_);
  }
  [[nodiscard]] bool full() const { return filled_ == block_.span().size(); }
  void Filled(std::size_t size) { filled_ += size; }
  void DropFront(std::size_t size) {
    filled_ -= size;
    char* bytes = block_.span().data();
    std::memmove(bytes, bytes + size, filled_);
  }
  [[nodiscard]] std::span<char> From(std::size_t offset) {
    return block_.span().subspan(offset, filled_ - offset);
  }
  [[nodiscard]] Block Release() { return std::move(block_); }

 private:
  void Grow() {
    const std::size_t size = block_.span().size();
    Block grown(std::min(size * 2, std::max(most_, size + 1)));
    std::memcpy(grown.span().data(), block_.span().data(), filled_);
    block_ = std::move(grown);
  }

  std::size_t most_;
  std::size_t filled_ = 0;
  Block block_;
};

/// Tells at the first bytes that this is something else ("SSH-2.0-", a TLS alert), instead of
/// waiting for the end of a head.
bool MayBeHttp(std::string_view received) {
  static constexpr std::string_view kStart = "HTTP/";
  const std::size_t common = std::min(received.size(), kStart.size());
  return received.substr(0, common) == kStart.substr(0, common);
}

Error Lost(const Channel& channel, const boost::system::error_code& ec, bool answer_started) {
  const char* when = answer_started ? "in the middle of the answer's head" : "before it answered";
  Error lost = ConnectionLost(channel.target(), when, ec);
  if (answer_started) return lost;
  return std::move(lost).WithRetryable(Retryable::kIfConnectionWasReused);
}

/// nullopt: final. Errors end the call.
Result<bool> IsFinal(const http::ResponseHead& head, int& informational, int most) {
  if (head.status >= 200) return true;
  if (head.status == 101) return UnwantedSwitch();
  if (++informational > most) return TooManyInformational(most);
  return false;
}

/// The head, and the bytes of the body that have come with it.
ReceivedHead TakeOut(http::ResponseHead head, HeadBuffer& buffer, std::size_t end) {
  ReceivedHead received;
  received.head = std::move(head);
  received.rest = buffer.From(end);
  received.filled_buffer = buffer.full();
  received.buffer = buffer.Release();
  return received;
}

/// The limit runs from the end of the request over all reads of the head.
class HeadLimit {
 public:
  explicit HeadLimit(Milliseconds limit) : limit_(limit) {}
  [[nodiscard]] Milliseconds Left(bool sending) {
    if (sending) return limit_;
    const SteadyTime now = std::chrono::steady_clock::now();
    if (!end_) end_ = now + limit_;
    return std::chrono::ceil<Milliseconds>(std::max(*end_ - now, SteadyTime::duration::zero()));
  }

 private:
  Milliseconds limit_;
  std::optional<SteadyTime> end_;
};

}  // namespace

Task<Result<ReceivedHead>> ReadHead(const Channel& channel, UpstreamOptions options,
                                    BlockPool& blocks) {
  const std::size_t most_bytes = options.head.head_bytes;
  HeadBuffer buffer(most_bytes, blocks);
  HeadLimit limit(channel.call->timeouts.first_byte);
  std::size_t scanned = 0;
  int informational = 0;
  bool answer_started = false;
  Awaited awaited = Awaited::kNextMessage;
  while (true) {
    const std::optional<std::size_t> end = http::FindHeadEnd(buffer.view(), scanned);
    if (end.value_or(buffer.view().size()) > most_bytes) co_return HeadTooLarge(most_bytes);
    if (end) {
      Result<http::ResponseHead> head = http::ParseResponseHead(buffer.view().substr(0, *end),
                                                                channel.call->method, options.head);
      if (!head) co_return std::move(head).error();
      Result<bool> final = IsFinal(*head, informational, options.max_informational);
      if (!final) co_return std::move(final).error();
      if (*final) co_return TakeOut(std::move(*head), buffer, *end);
      buffer.DropFront(*end);
      scanned = 0;
      continue;
    }
    const Milliseconds left = limit.Left(channel.sending());
    const std::span<char> free = buffer.Free();
    const WireResult io = co_await ReadWithin(channel, free, left, awaited);
    awaited = Awaited::kMore;
    if (io.error || io.bytes == 0) {
      Error timeout = FirstByteTimedOut(channel.target(), channel.call->timeouts.first_byte);
      std::optional<Error> known = ExplainReadFailure(channel, io.error, std::move(timeout));
      if (known) co_return std::move(*known);
      co_return Lost(channel, io.error, answer_started);
    }
    answer_started = true;
    buffer.Filled(io.bytes);
    if (!MayBeHttp(buffer.view())) co_return NotHttp(channel.target());
  }
}

}  // namespace sallyport::net
