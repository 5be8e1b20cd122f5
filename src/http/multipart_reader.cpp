#include <algorithm>
#include <string>
#include <utility>

#include "http/multipart_head.h"
#include "sallyport/http/multipart.h"

namespace sallyport::http {
namespace {

/// Blanks that may stand between a delimiter and its line end (RFC 2046 §5.1.1, padding by
/// gateways). Longer ones are content.
constexpr std::size_t kMostPadding = 64;

constexpr const char* kNoDelimiter = "it holds no line of \"--\" and the boundary";
constexpr const char* kCut = "it ends before its closing delimiter";
constexpr const char* kBareLf = "a line ends in LF without CR";

bool EndsInCrLf(std::string_view text) {
  return text.size() >= 2 && text[text.size() - 2] == '\r' && text.back() == '\n';
}

/// Precondition: EndsInCrLf, as every line before did.
bool EndsInEmptyLine(std::string_view text) {
  return text.size() == 2 || text[text.size() - 3] == '\n';
}

}  // namespace

MultipartReader::MultipartReader(std::string_view boundary, std::size_t head_limit)
    : delimiter_{'\r', '\n', '-', '-'}, head_limit_(head_limit) {
  delimiter_ += boundary;
}

Result<MultipartReader::Event> MultipartReader::Next() {
  while (true) {
    switch (state_) {
      case State::kPartOver:
        state_ = closed_ ? State::kEnd : State::kHead;
        break;
      case State::kEnd:
        input_ = {};
        return Event::kEnd;
      case State::kFailed:
        return BadMultipart("it was given up before");
      default: {
        if (input_.empty()) {
          if (!finished_) return Event::kNeedMore;
          return Fail(state_ == State::kPreamble ? kNoDelimiter : kCut);
        }
        Result<Event> event = state_ == State::kHead ? TakeHead() : Scan();
        // What stands before the first delimiter is nobody's content.
        const bool preamble = event && *event == Event::kData && state_ == State::kPreamble;
        const bool more = event && *event == Event::kNeedMore;
        if (!preamble && !more) return event;
      }
    }
  }
}

/// One step in the preamble or in content. kNeedMore: nothing to tell yet.
Result<MultipartReader::Event> MultipartReader::Scan() {
  if (matched_ == delimiter_.size()) return TakeDelimiter(TakeTail());
  if (matched_ == 0) return GiveContent();
  // Go on with a delimiter that began before.
  while (matched_ < delimiter_.size() && !input_.empty() &&
         input_.front() == delimiter_[matched_]) {
    ++matched_;
    input_.remove_prefix(1);
  }
  if (matched_ == delimiter_.size() || input_.empty()) return Event::kNeedMore;
  return GiveStartedDelimiter();
}

/// It was none. Only its first byte is a CR, so no other delimiter can begin inside of it.
MultipartReader::Event MultipartReader::GiveStartedDelimiter() {
  held_.assign(delimiter_, implied_, matched_ - implied_);
  held_ += tail_;
  tail_.clear();
  matched_ = 0;
  implied_ = 0;
  return GiveData(held_);
}

MultipartReader::Event MultipartReader::GiveContent() {
  std::size_t at = input_.find('\r');
  while (at != std::string_view::npos) {
    const std::size_t length = std::min(input_.size() - at, delimiter_.size());
    if (input_.compare(at, length, delimiter_, 0, length) == 0) {
      const std::string_view content = input_.substr(0, at);
      input_.remove_prefix(at + length);
      matched_ = length;
      return GiveData(content);
    }
    at = input_.find('\r', at + 1);
  }
  const std::string_view content = input_;
  input_ = {};
  return GiveData(content);
}

MultipartReader::Event MultipartReader::GiveData(std::string_view data) {
  data_ = data;
  return data.empty() ? Event::kNeedMore : Event::kData;
}

/// Reads on after a whole delimiter: what kind of line is it?
MultipartReader::Tail MultipartReader::TakeTail() {
  while (!input_.empty()) {
    const char next = input_.front();
    const char last = tail_.empty() ? ' ' : tail_.back();
    const bool blank = next == ' ' || next == '\t';
    if (last == '-') {
      if (next != '-') return Tail::kContent;
    } else if (last == '\r') {
      if (next != '\n') return Tail::kContent;
    } else if (next == '\n') {
      return Tail::kBareLf;
    } else if (!(next == '\r' || (next == '-' && tail_.empty()) ||
                 (blank && tail_.size() < kMostPadding))) {
      return Tail::kContent;
    }
    input_.remove_prefix(1);
    if (last == '-') return Tail::kEnd;
    if (last == '\r') return Tail::kPart;
    tail_ += next;
  }
  return Tail::kNeedMore;
}

Result<MultipartReader::Event> MultipartReader::TakeDelimiter(Tail tail) {
  switch (tail) {
    case Tail::kNeedMore:
      return Event::kNeedMore;
    case Tail::kContent:
      return GiveStartedDelimiter();
    case Tail::kBareLf:
      return Fail(kBareLf);
    default: {
      closed_ = tail == Tail::kEnd;
      tail_.clear();
      matched_ = 0;
      implied_ = 0;
      const bool in_part = state_ == State::kContent;
      state_ = State::kPartOver;
      return in_part ? Event::kPartEnd : Event::kNeedMore;
    }
  }
}

/// Collects the header block line by line.
Result<MultipartReader::Event> MultipartReader::TakeHead() {
  const std::size_t line_end = input_.find('\n');
  const std::size_t taken = line_end == std::string_view::npos ? input_.size() : line_end + 1;
  if (taken > head_limit_ - head_bytes_.size()) {
    return Fail("the header block of a part is larger than " + std::to_string(head_limit_) +
                " bytes");
  }
  head_bytes_.append(input_.substr(0, taken));
  input_.remove_prefix(taken);
  if (line_end == std::string_view::npos) return Event::kNeedMore;
  if (!EndsInCrLf(head_bytes_)) return Fail(kBareLf);
  if (!EndsInEmptyLine(head_bytes_)) return Event::kNeedMore;

  head_bytes_.resize(head_bytes_.size() - 2);
  Result<PartHead> head = ParsePartHead(head_bytes_);
  head_bytes_.clear();
  if (!head) {
    state_ = State::kFailed;
    return std::move(head.error());
  }
  head_ = std::move(*head);
  state_ = State::kContent;
  // A part without content may go from its header block's empty line to the delimiter at once.
  matched_ = 2;
  implied_ = 2;
  return Event::kPart;
}

Error MultipartReader::Fail(const std::string& what) {
  state_ = State::kFailed;
  return BadMultipart(what);
}

}  // namespace sallyport::http
