// Where the body of an answer ends, and its bytes without the framing (RFC 9112 §6.3). No I/O.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "sallyport/base/result.h"
#include "sallyport/http/chunked.h"
#include "sallyport/http/message_head.h"

namespace sallyport::net {

class AnswerBody {
 public:
  explicit AnswerBody(const http::ResponseHead& head);

  /// The most bytes to read into a buffer of `size`: never past a known end.
  [[nodiscard]] std::size_t Want(std::size_t size) const;
  /// Takes received bytes and leaves the payload at their front; returns its size, which may be 0
  /// before the end. Errors: upstream_protocol_error (bad chunk).
  [[nodiscard]] Result<std::size_t> Take(std::span<char> received);
  /// The connection ended in order (FIN, or close_notify over TLS): is the body complete by that?
  [[nodiscard]] bool EndsHere();

  [[nodiscard]] bool done() const { return done_; }
  /// Bytes came after the end: the connection is of no further use.
  [[nodiscard]] bool surplus() const { return surplus_; }
  [[nodiscard]] bool until_close() const { return framing_ == http::BodyFraming::kUntilClose; }
  /// "after 10 of 100 bytes", for messages.
  [[nodiscard]] std::string Progress() const;

 private:
  Result<std::size_t> TakeChunked(std::span<char> received);

  http::BodyFraming framing_;
  std::uint64_t length_;
  std::uint64_t taken_ = 0;  // payload bytes
  http::ChunkDecoder decoder_{ErrorSource::kTarget};
  bool done_;
  bool surplus_ = false;
};

}  // namespace sallyport::net
