#include "net/client/answer_body.h"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

namespace sallyport::net {

AnswerBody::AnswerBody(const http::ResponseHead& head)
    : framing_(head.framing),
      length_(head.content_length),
      done_(head.framing == http::BodyFraming::kNone ||
            (head.framing == http::BodyFraming::kLength && head.content_length == 0)) {}

std::size_t AnswerBody::Want(std::size_t size) const {
  if (framing_ != http::BodyFraming::kLength) return size;
  return static_cast<std::size_t>(std::min<std::uint64_t>(size, length_ - taken_));
}

Result<std::size_t> AnswerBody::Take(std::span<char> received) {
  if (done_) {
    surplus_ = surplus_ || !received.empty();
    return std::size_t{0};
  }
  if (framing_ == http::BodyFraming::kChunked) return TakeChunked(received);
  const std::size_t size = Want(received.size());
  taken_ += size;
  if (framing_ == http::BodyFraming::kLength) {
    done_ = taken_ == length_;
    surplus_ = size < received.size();
  }
  return size;
}

Result<std::size_t> AnswerBody::TakeChunked(std::span<char> received) {
  std::string_view rest(received.data(), received.size());
  char* end_of_payload = received.data();
  while (!rest.empty() && !done_) {
    Result<http::ChunkDecoder::Step> step = decoder_.Next(rest);
    if (!step) return std::move(step).error();
    const std::string_view data = step->data;
    if (!data.empty()) {
      std::memmove(end_of_payload, data.data(), data.size());  // never ahead of `rest`
      end_of_payload += data.size();
    }
    rest.remove_prefix(step->consumed);
    done_ = step->event == http::ChunkDecoder::Event::kDone;
    if (step->event == http::ChunkDecoder::Event::kNeedMore) break;
  }
  surplus_ = done_ && !rest.empty();
  const auto size = static_cast<std::size_t>(end_of_payload - received.data());
  taken_ += size;
  return size;
}

bool AnswerBody::EndsHere() {
  if (until_close()) done_ = true;
  return done_;
}

std::string AnswerBody::Progress() const {
  std::string text = "after " + std::to_string(taken_);
  if (framing_ == http::BodyFraming::kLength) text += " of " + std::to_string(length_);
  return text + " bytes of the body";
}

}  // namespace sallyport::net
