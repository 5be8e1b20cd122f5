// The id that ties an answer, its log lines and the caller's own records together.
#pragma once

#include <string>

#include "sallyport/http/message_head.h"

namespace sallyport::pipeline {

/// One per shard, on its thread.
class RequestIds {
 public:
  /// The caller's X-Request-ID when there is one that matches [A-Za-z0-9._-]{1,128}, else a new
  /// one of 32 hex digits.
  [[nodiscard]] std::string Choose(const http::FieldViews& fields);

 private:
  [[nodiscard]] std::string Make();

  std::string random_;  ///< drawn in advance: one draw costs more than the rest of an id
  std::size_t used_ = 0;
};

}  // namespace sallyport::pipeline
