// Fields of a request to a target that only the gateway writes.
#pragma once

#include <string_view>

namespace sallyport::request {

/// Host, Content-Length, Expect and the hop-by-hop fields (http::IsHopByHop), without case and with
/// '_' taken for '-', as CGI and WSGI targets do. No row and no credential may have such a name.
[[nodiscard]] bool IsOwnField(std::string_view name);

}  // namespace sallyport::request
