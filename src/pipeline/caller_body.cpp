#include "pipeline/caller_body.h"

#include <string>
#include <string_view>

#include "sallyport/base/strings.h"

namespace sallyport::pipeline {

Error TooLarge(std::string_view setting, std::uint64_t limit) {
  return Error(ErrorKind::kPayloadTooLarge, ErrorSource::kCaller,
               "The request body is larger than the " + std::to_string(limit) +
                   " bytes that limits." + std::string(setting) + " allows.");
}

Result<void> JudgeCoding(const http::RequestHead& head) {
  if (head.framing == http::BodyFraming::kNone) return {};
  for (const std::string_view value : head.fields.FindAll("Content-Encoding")) {
    for (const std::string_view item : Split(value, ',')) {
      const std::string_view coding = TrimOws(item);
      if (coding.empty() || EqualsIgnoreCase(coding, "identity")) continue;
      return Error(ErrorKind::kUnsupportedMediaType, ErrorSource::kCaller,
                   "The request has Content-Encoding: " + std::string(value) +
                       ", which is not decoded here: send the body as it is, without "
                       "Content-Encoding.");
    }
  }
  return {};
}

Task<Result<std::size_t>> CallerBody::Read(std::span<char> buffer) {
  Result<std::size_t> read = co_await exchange_.ReadBody(buffer);
  if (read) {
    bytes_ += *read;
    if (limit_ != 0 && bytes_ > limit_) co_return TooLarge("proxy_body_bytes", limit_);
  }
  co_return read;
}

}  // namespace sallyport::pipeline
