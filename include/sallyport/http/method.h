// What methods promise (RFC 9110 §9.2). Names are compared as they stand.
#pragma once

#include <string_view>

namespace sallyport::http {

/// GET, HEAD and OPTIONS ask for no change. TRACE would be safe, too: it is never forwarded.
[[nodiscard]] bool IsSafe(std::string_view method);
/// May a request with this method be sent twice? The safe ones, PUT and DELETE.
[[nodiscard]] bool IsIdempotent(std::string_view method);

}  // namespace sallyport::http
