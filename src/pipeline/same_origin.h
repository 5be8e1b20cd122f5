// Does a request with a cookie come from our own pages? (Cross-site request forgery.)
#pragma once

#include <string_view>

#include "sallyport/base/result.h"
#include "sallyport/http/message_head.h"

namespace sallyport::pipeline {

/// GET, HEAD and OPTIONS pass. Any other method needs an Origin equal to that of `public_url` or
/// Sec-Fetch-Site: same-origin; where both are sent, both must say so. Listed CORS origins are
/// other origins here: their frontends hold a token, not a cookie. Error: forbidden.
[[nodiscard]] Result<void> JudgeSameOrigin(const http::RequestHead& head,
                                           std::string_view public_url);

}  // namespace sallyport::pipeline
