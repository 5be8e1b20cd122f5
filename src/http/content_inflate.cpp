#include "http/content_inflate.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>
#include <string>

#include "http/content_guard.h"

namespace sallyport::http {
namespace {

constexpr int kWindowBits = 15;

/// Two bytes tell the zlib wrapper (RFC 1950 §2.2) from a raw stream, which servers send as
/// "deflate" too: no encoder begins a raw stream with what these would mean, a stored block whose
/// padding is not zero.
bool HasZlibHeader(std::string_view start) {
  const auto method = static_cast<unsigned char>(start[0]);
  const auto flags = static_cast<unsigned char>(start[1]);
  return (method & 0x0F) == Z_DEFLATED && (method >> 4) <= 7 && (method * 256 + flags) % 31 == 0;
}

class Inflater final : public ContentDecoder {
 public:
  Inflater(Inflation kind, DecodeLimits limits) : kind_(kind), guard_(limits) {
    if (kind == Inflation::kGzip) Open(kWindowBits + 16);
  }
  ~Inflater() override {
    if (open_) inflateEnd(&stream_);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  Result<void> Decode(std::string_view encoded, std::string& out) override {
    if (!open_) {
      // At most two bytes are held until the wrapper is known.
      const std::size_t missing = std::min<std::size_t>(2 - start_.size(), encoded.size());
      start_.append(encoded.substr(0, missing));
      encoded.remove_prefix(missing);
      if (start_.size() < 2) return {};
      Open(HasZlibHeader(start_) ? kWindowBits : -kWindowBits);
      if (Result<void> started = Run(start_, out); !started) return started;
    }
    constexpr std::size_t kMost = std::numeric_limits<uInt>::max();
    while (!encoded.empty()) {
      const std::string_view piece = encoded.substr(0, kMost);
      if (Result<void> ran = Run(piece, out); !ran) return ran;
      encoded.remove_prefix(piece.size());
    }
    return {};
  }

  Result<void> Finish() override {
    if (ended_ || (!begun_ && start_.empty())) return {};
    return DecodeFailed(kind_ == Inflation::kGzip ? "the gzip data is cut short"
                                                  : "the deflate data is cut short");
  }

 private:
  void Open(int window_bits) {
    if (inflateInit2(&stream_, window_bits) != Z_OK) throw std::bad_alloc();
    open_ = true;
  }

  Result<void> Run(std::string_view encoded, std::string& out) {
    begun_ = begun_ || !encoded.empty();
    // zlib reads through this pointer and never writes.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(encoded.data()));
    stream_.avail_in = static_cast<uInt>(encoded.size());
    while (true) {
      if (ended_) {
        if (stream_.avail_in == 0) return {};
        if (kind_ == Inflation::kDeflate) {
          return DecodeFailed("it goes on after the end of the deflate data");
        }
        inflateReset(&stream_);  // the next member (RFC 1952 §2.2)
        ended_ = false;
      }
      const int code = Step(out);
      if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) return Failed(code);
      if (Result<void> judged = guard_.Judge(); !judged) return judged;
      ended_ = code == Z_STREAM_END;
      // All was read, and room was left: nothing is pending.
      if (!ended_ && stream_.avail_in == 0 && stream_.avail_out > 0) return {};
    }
  }

  int Step(std::string& out) {
    DecodeStep step;
    stream_.next_out = reinterpret_cast<Bytef*>(step.data());
    stream_.avail_out = static_cast<uInt>(step.size());
    const uInt before = stream_.avail_in;
    const int code = inflate(&stream_, Z_NO_FLUSH);
    const std::size_t decoded = step.size() - stream_.avail_out;
    out.append(step.data(), decoded);
    guard_.Count(before - stream_.avail_in, decoded);
    return code;
  }

  [[nodiscard]] Error Failed(int code) const {
    if (code == Z_MEM_ERROR) throw std::bad_alloc();
    return DecodeFailed(kind_ == Inflation::kGzip ? "this is no gzip data"
                                                  : "this is no deflate data");
  }

  Inflation kind_;
  DecodeGuard guard_;
  z_stream stream_{};
  std::string start_;   ///< deflate: the bytes by which the wrapper is told
  bool open_ = false;   ///< stream_ is initialized
  bool begun_ = false;  ///< any byte came
  bool ended_ = false;  ///< at the end of a stream or member
};

}  // namespace

std::unique_ptr<ContentDecoder> MakeInflater(Inflation kind, DecodeLimits limits) {
  return std::make_unique<Inflater>(kind, limits);
}

}  // namespace sallyport::http
