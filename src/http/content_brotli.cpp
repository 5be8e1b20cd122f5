#include "http/content_brotli.h"

#include <brotli/decode.h>

#include <new>
#include <string>

#include "http/content_guard.h"

namespace sallyport::http {
namespace {

struct Destroy {
  void operator()(BrotliDecoderState* state) const { BrotliDecoderDestroyInstance(state); }
};

class BrotliDecoder final : public ContentDecoder {
 public:
  explicit BrotliDecoder(DecodeLimits limits)
      : guard_(limits), state_(BrotliDecoderCreateInstance(nullptr, nullptr, nullptr)) {
    if (state_ == nullptr) throw std::bad_alloc();
  }

  Result<void> Decode(std::string_view encoded, std::string& out) override {
    if (encoded.empty()) return {};
    begun_ = true;
    const auto* next = reinterpret_cast<const std::uint8_t*>(encoded.data());
    std::size_t left = encoded.size();
    while (true) {
      if (ended_) {
        if (left == 0) return {};
        return DecodeFailed("it goes on after the end of the br data");
      }
      DecodeStep step;
      auto* to = reinterpret_cast<std::uint8_t*>(step.data());
      std::size_t room = step.size();
      const std::size_t before = left;
      const BrotliDecoderResult result =
          BrotliDecoderDecompressStream(state_.get(), &left, &next, &room, &to, nullptr);
      out.append(step.data(), step.size() - room);
      guard_.Count(before - left, step.size() - room);
      if (result == BROTLI_DECODER_RESULT_ERROR) return DecodeFailed("this is no br data");
      if (Result<void> judged = guard_.Judge(); !judged) return judged;
      ended_ = result == BROTLI_DECODER_RESULT_SUCCESS;
      if (result == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT) return {};
    }
  }

  Result<void> Finish() override {
    if (ended_ || !begun_) return {};
    return DecodeFailed("the br data is cut short");
  }

 private:
  DecodeGuard guard_;
  std::unique_ptr<BrotliDecoderState, Destroy> state_;
  bool begun_ = false;  ///< any byte came
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<ContentDecoder> MakeBrotliDecoder(DecodeLimits limits) {
  return std::make_unique<BrotliDecoder>(limits);
}

}  // namespace sallyport::http
