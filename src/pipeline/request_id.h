// The id that ties an answer, its log lines and the caller's own records together.
#pragma once

#include <string>

#include "sallyport/http/message_head.h"

namespace sallyport::pipeline {

/// The caller's X-Request-ID when there is one that matches [A-Za-z0-9._-]{1,128}, else a new one.
[[nodiscard]] std::string ChooseRequestId(const http::FieldViews& fields);

}  // namespace sallyport::pipeline
