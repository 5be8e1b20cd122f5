#include "sallyport/http/chunked.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <limits>

#include "http/byte_set.h"

namespace sallyport::http {
namespace {

constexpr std::size_t kLineBytes = 256;
constexpr std::size_t kTrailerBytes = 8192;
constexpr std::uint64_t kLargestChunk = std::numeric_limits<std::int64_t>::max();

constexpr const char* kBareCr = "a CR without LF";
constexpr const char* kNoCrLf = "the data of a chunk does not end in CR LF where its size says";

}  // namespace

Result<ChunkDecoder::Step> ChunkDecoder::Next(std::string_view input) {
  if (state_ == State::kFailed) return Fail("it was given up before");
  std::size_t used = 0;
  while (state_ != State::kDone && used < input.size()) {
    if (state_ == State::kData) {
      const std::size_t taken = std::min<std::uint64_t>(remaining_, input.size() - used);
      remaining_ -= taken;
      if (remaining_ == 0) state_ = State::kDataCr;
      return Step{Event::kData, used + taken, input.substr(used, taken)};
    }
    if (const char* flaw = TakeByte(input[used]); flaw != nullptr) return Fail(flaw);
    ++used;
  }
  return Step{state_ == State::kDone ? Event::kDone : Event::kNeedMore, used, {}};
}

const char* ChunkDecoder::TakeByte(char byte) {
  switch (state_) {
    case State::kSize:
    case State::kSizeBlank:
    case State::kExtension:
      return TakeSizeByte(byte);
    case State::kSizeLf:
      if (byte != '\n') return kBareCr;
      line_bytes_ = 0;
      state_ = remaining_ == 0 ? State::kTrailerStart : State::kData;
      return nullptr;
    case State::kDataCr:
      if (byte != '\r') return kNoCrLf;
      state_ = State::kDataLf;
      return nullptr;
    case State::kDataLf:
      if (byte != '\n') return kNoCrLf;
      state_ = State::kSize;
      return nullptr;
    default:
      return TakeTrailerByte(byte);
  }
}

/// "1f4", blanks, ";name=value", CR. Blanks are allowed before ';' only (RFC 9112 §7.1.1).
const char* ChunkDecoder::TakeSizeByte(char byte) {
  if (byte == '\r') {
    if (line_bytes_ == 0) return "a chunk has no size";
    if (state_ == State::kSizeBlank) return "a blank follows the size of a chunk";
    state_ = State::kSizeLf;
    return nullptr;
  }
  if (++line_bytes_ > kLineBytes) return "a chunk line is longer than 256 bytes";
  if (state_ == State::kExtension) {
    return kValueBytes.Has(byte) ? nullptr : "a control byte in a chunk extension";
  }

  const int digit = HexValue(byte);
  if (state_ == State::kSize && digit >= 0) {
    if (remaining_ > kLargestChunk >> 4) return "the size of a chunk is too large";
    remaining_ = remaining_ << 4 | static_cast<std::uint64_t>(digit);
    return nullptr;
  }
  if (line_bytes_ == 1) return "the size of a chunk must be hex digits";
  if (byte == ';') {
    state_ = State::kExtension;
    return nullptr;
  }
  if (byte == ' ' || byte == '\t') {
    state_ = State::kSizeBlank;
    return nullptr;
  }
  return "the size of a chunk must be hex digits, ended by CR LF or an extension";
}

/// Trailer lines are read over, but only if they are field lines: a lenient reader would swallow
/// the next message when the final empty line is missing.
const char* ChunkDecoder::TakeTrailerByte(char byte) {
  const bool ends = state_ == State::kEndLf || (state_ == State::kTrailerStart && byte == '\r');
  if (!ends && ++trailer_bytes_ > kTrailerBytes) {
    return "the trailer section is larger than 8192 bytes";
  }
  switch (state_) {
    case State::kTrailerStart:
      if (byte == '\r') {
        state_ = State::kEndLf;
        return nullptr;
      }
      if (!kTokenBytes.Has(byte)) return "a trailer line must be a field line or empty";
      state_ = State::kTrailerName;
      return nullptr;
    case State::kTrailerName:
      if (byte == ':') {
        state_ = State::kTrailerValue;
        return nullptr;
      }
      return kTokenBytes.Has(byte) ? nullptr : "a trailer line must be a field line or empty";
    case State::kTrailerValue:
      if (byte == '\r') {
        state_ = State::kTrailerLf;
        return nullptr;
      }
      return kValueBytes.Has(byte) ? nullptr : "a control byte in a trailer";
    case State::kTrailerLf:
      if (byte != '\n') return kBareCr;
      state_ = State::kTrailerStart;
      return nullptr;
    default:  // kEndLf
      if (byte != '\n') return kBareCr;
      state_ = State::kDone;
      return nullptr;
  }
}

Error ChunkDecoder::Fail(std::string_view what) {
  state_ = State::kFailed;
  const bool caller = source_ == ErrorSource::kCaller;
  std::string message =
      caller ? "the chunked body of the request: " : "the chunked body of the target's answer: ";
  message += what;
  return Error(caller ? ErrorKind::kMalformedRequest : ErrorKind::kUpstreamProtocolError, source_,
               std::move(message));
}

std::string ChunkHeader(std::size_t size) {
  assert(size > 0);
  std::array<char, 18> line;
  char* end = std::to_chars(line.data(), line.data() + 16, size, 16).ptr;
  *end++ = '\r';
  *end++ = '\n';
  return {line.data(), end};
}

}  // namespace sallyport::http
