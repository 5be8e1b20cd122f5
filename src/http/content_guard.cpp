#include "http/content_guard.h"

#include <string>

namespace sallyport::http {
namespace {

constexpr std::uint64_t kRatioFrom = 1024 * 1024;

Error TooLarge(const std::string& what) {
  return {ErrorKind::kUpstreamTooLarge, ErrorSource::kTarget, what};
}

}  // namespace

Result<void> DecodeGuard::Judge() const {
  if (decoded_ > limits_.bytes) {
    return TooLarge("The target's body is larger than limits.envelope_bytes allows (" +
                    std::to_string(limits_.bytes) + " bytes, decoded).");
  }
  // As a division, which cannot overflow: decoded > ratio * encoded.
  if (decoded_ > kRatioFrom && (decoded_ - 1) / limits_.ratio >= encoded_) {
    return TooLarge("The target's body decodes to more than " + std::to_string(limits_.ratio) +
                    " times its size, which is what limits.decode_ratio allows beyond 1 MiB.");
  }
  return {};
}

Error DecodeFailed(std::string_view what) {
  return {ErrorKind::kDecodeFailed, ErrorSource::kTarget,
          "The target's body is not what its Content-Encoding says: " + std::string(what) + "."};
}

}  // namespace sallyport::http
