// Rewrites the Location of a target's answer so that following it stays inside the gateway.
#pragma once

#include <string>
#include <string_view>

#include "sallyport/request/compiled_resource.h"

namespace sallyport::request {

/// A reference (RFC 3986 §5) that, resolved against the request's URL, lies inside base_url becomes
/// "/proxy/{r}/..."; parameters that the gateway adds itself are left out, because the next call
/// adds them again. Any other comes back as it is, but without a secret parameter of the resource
/// that the target copied into it.
[[nodiscard]] std::string RewriteLocation(const CompiledResource& resource,
                                          const StaticParts& parts, std::string_view location,
                                          std::string_view request_path);

}  // namespace sallyport::request
