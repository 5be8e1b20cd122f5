#include "pipeline/request_id.h"

#include <algorithm>

#include "sallyport/crypto/digest.h"

namespace sallyport::pipeline {
namespace {

bool IsIdByte(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

}  // namespace

std::string ChooseRequestId(const http::FieldViews& fields) {
  const auto given = fields.Find("X-Request-ID");
  if (given && !given->empty() && given->size() <= 128 &&
      std::all_of(given->begin(), given->end(), IsIdByte)) {
    return std::string(*given);
  }
  return crypto::RandomId();
}

}  // namespace sallyport::pipeline
