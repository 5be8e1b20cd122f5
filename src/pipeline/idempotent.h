// RFC 9110 §9.2.2.
#pragma once

#include <string_view>

namespace sallyport::pipeline {

/// May a request with this method be sent twice?
[[nodiscard]] inline bool IsIdempotent(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "OPTIONS" || method == "PUT" ||
         method == "DELETE";
}

}  // namespace sallyport::pipeline
