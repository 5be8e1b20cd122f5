#include "sallyport/http/method.h"

namespace sallyport::http {

bool IsSafe(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "OPTIONS";
}

bool IsIdempotent(std::string_view method) {
  return IsSafe(method) || method == "PUT" || method == "DELETE";
}

}  // namespace sallyport::http
