// Chunked bodies (RFC 9112 §7.1) without I/O: extensions and trailers are read over and never
// become headers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "sallyport/base/result.h"

namespace sallyport::http {

/// Feed bytes as they come; split anywhere. One instance per body.
class ChunkDecoder {
 public:
  enum class Event : std::uint8_t { kNeedMore, kData, kDone };
  struct Step {
    Event event = Event::kNeedMore;
    std::size_t consumed = 0;  ///< bytes of the input that are used up, data included
    std::string_view data;     ///< kData only: payload inside the input
  };

  /// `source` names who is to blame: kCaller gives malformed_request, kTarget
  /// upstream_protocol_error.
  explicit ChunkDecoder(ErrorSource source) : source_(source) {}

  /// Takes the next piece off the front of `input`. Chunk lines are at most 256 bytes, the trailer
  /// section at most 8 KiB.
  [[nodiscard]] Result<Step> Next(std::string_view input);
  [[nodiscard]] bool done() const { return state_ == State::kDone; }

 private:
  enum class State : std::uint8_t {
    kSize,
    kSizeLf,
    kData,
    kDataCr,
    kDataLf,
    kTrailerStart,
    kTrailer,
    kTrailerLf,
    kEndLf,
    kDone
  };
  ErrorSource source_;
  State state_ = State::kSize;
  std::uint64_t remaining_ = 0;
  std::size_t line_bytes_ = 0;
  std::size_t trailer_bytes_ = 0;
  bool seen_digit_ = false;
  bool in_extension_ = false;
};

/// "1f4\r\n" for a chunk of that size; the caller adds data and CR LF. Precondition: size > 0.
[[nodiscard]] std::string ChunkHeader(std::size_t size);
inline constexpr std::string_view kLastChunk = "0\r\n\r\n";

}  // namespace sallyport::http
