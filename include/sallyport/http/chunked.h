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

  /// Takes the next piece off the front of `input`. Chunk lines are at most 256 bytes (CR LF not
  /// counted), the trailer section at most 8 KiB. Lines end in CR LF only. After kDone nothing more
  /// is consumed; after an error every call fails.
  [[nodiscard]] Result<Step> Next(std::string_view input);
  [[nodiscard]] bool done() const { return state_ == State::kDone; }

 private:
  enum class State : std::uint8_t {
    kSize,       ///< hex digits
    kSizeBlank,  ///< blanks between the size and ';'
    kExtension,
    kSizeLf,
    kData,
    kDataCr,
    kDataLf,
    kTrailerStart,  ///< a trailer's name, or the CR of the final empty line
    kTrailerName,
    kTrailerValue,
    kTrailerLf,
    kEndLf,
    kDone,
    kFailed
  };
  /// One byte of the coding around the data. nullptr, or what is wrong.
  const char* TakeByte(char byte);
  const char* TakeSizeByte(char byte);
  const char* TakeTrailerByte(char byte);
  [[nodiscard]] Error Fail(std::string_view what);

  ErrorSource source_;
  State state_ = State::kSize;
  std::uint64_t remaining_ = 0;
  std::size_t line_bytes_ = 0;
  std::size_t trailer_bytes_ = 0;
};

/// "1f4\r\n" for a chunk of that size; the caller adds data and CR LF. Precondition: size > 0.
[[nodiscard]] std::string ChunkHeader(std::size_t size);
inline constexpr std::string_view kLastChunk = "0\r\n\r\n";

}  // namespace sallyport::http
