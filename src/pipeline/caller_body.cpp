#include "pipeline/caller_body.h"

#include <string>

namespace sallyport::pipeline {

Error TooLarge(std::string_view setting, std::uint64_t limit) {
  return Error(ErrorKind::kPayloadTooLarge, ErrorSource::kCaller,
               "The request body is larger than the " + std::to_string(limit) +
                   " bytes that limits." + std::string(setting) + " allows.");
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
