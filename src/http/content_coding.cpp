#include "sallyport/http/content_coding.h"

#include "http/content_brotli.h"
#include "http/content_guard.h"
#include "http/content_inflate.h"
#include "http/list.h"
#include "sallyport/base/strings.h"

namespace sallyport::http {
namespace {

bool IsGzip(std::string_view coding) { return coding == "gzip" || coding == "x-gzip"; }

class PlainCounter final : public ContentDecoder {
 public:
  explicit PlainCounter(DecodeLimits limits) : guard_(limits) {}

  Result<void> Decode(std::string_view encoded, std::string& out) override {
    guard_.Count(encoded.size(), encoded.size());
    if (Result<void> judged = guard_.Judge(); !judged) return judged;
    out.append(encoded);
    return {};
  }
  Result<void> Finish() override { return {}; }

 private:
  DecodeGuard guard_;
};

}  // namespace

std::vector<std::string> ContentCodings(std::string_view value) {
  std::vector<std::string> codings;
  ForEachElement(value, [&](std::string_view element) {
    std::string coding = ToLowerAscii(element);
    if (coding != "identity") codings.push_back(std::move(coding));
  });
  return codings;
}

bool IsKnownCoding(std::string_view coding) {
  return IsGzip(coding) || coding == "deflate" || coding == "br";
}

std::unique_ptr<ContentDecoder> MakeDecoder(std::string_view coding, DecodeLimits limits) {
  if (IsGzip(coding)) return MakeInflater(Inflation::kGzip, limits);
  if (coding == "deflate") return MakeInflater(Inflation::kDeflate, limits);
  if (coding == "br") return MakeBrotliDecoder(limits);
  return std::make_unique<PlainCounter>(limits);
}

}  // namespace sallyport::http
