#include "pipeline/envelope/body_decoder.h"

#include <algorithm>

namespace sallyport::pipeline {
namespace {

/// Nobody applies more, and each costs memory.
constexpr std::size_t kMostCodings = 5;

}  // namespace

BodyDecoder::BodyDecoder(std::string_view content_encoding, http::DecodeLimits limits) {
  std::vector<std::string> codings = http::ContentCodings(content_encoding);
  if (!std::all_of(codings.begin(), codings.end(), http::IsKnownCoding)) {
    warning_ =
        "The target's Content-Encoding names a coding other than gzip, deflate and br: the body is "
        "shown as it came, as base64.";
  } else if (codings.size() > kMostCodings) {
    warning_ =
        "The target's Content-Encoding names more than 5 codings: the body is shown as it came, as "
        "base64.";
  }
  left_encoded_ = !warning_.empty();
  if (left_encoded_ || codings.empty()) codings.assign(1, "");
  // The last coding was applied last.
  for (auto coding = codings.rbegin(); coding != codings.rend(); ++coding) {
    decoders_.push_back(http::MakeDecoder(*coding, limits));
  }
  between_.resize(decoders_.size() - 1);
}

Result<void> BodyDecoder::Feed(std::string_view piece) {
  started_ = started_ || !piece.empty();
  for (std::size_t i = 0; i < decoders_.size(); ++i) {
    const bool last = i + 1 == decoders_.size();
    std::string& out = last ? body_ : between_[i];
    if (!last) out.clear();
    if (Result<void> decoded = decoders_[i]->Decode(piece, out); !decoded) return decoded;
    piece = out;
  }
  return {};
}

Result<void> BodyDecoder::Finish() {
  if (!started_) warning_.clear();
  for (const std::unique_ptr<http::ContentDecoder>& decoder : decoders_) {
    if (Result<void> finished = decoder->Finish(); !finished) return finished;
  }
  return {};
}

}  // namespace sallyport::pipeline
