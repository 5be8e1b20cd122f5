#include "pipeline/request_id.h"

#include <algorithm>
#include <string_view>

#include "sallyport/base/encoding.h"
#include "sallyport/crypto/digest.h"

namespace sallyport::pipeline {
namespace {

constexpr std::size_t kIdBytes = 16;
constexpr std::size_t kDrawnAtOnce = 64;

bool IsIdByte(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

}  // namespace

std::string RequestIds::Choose(const http::FieldViews& fields) {
  const auto given = fields.Find("X-Request-ID");
  if (given && !given->empty() && given->size() <= 128 &&
      std::all_of(given->begin(), given->end(), IsIdByte)) {
    return std::string(*given);
  }
  return Make();
}

std::string RequestIds::Make() {
  if (used_ == random_.size()) {
    random_ = crypto::RandomBytes(kIdBytes * kDrawnAtOnce);
    used_ = 0;
  }
  const std::string_view bytes = std::string_view(random_).substr(used_, kIdBytes);
  used_ += kIdBytes;
  return HexEncode(bytes);
}

}  // namespace sallyport::pipeline
