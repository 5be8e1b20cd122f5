// The part of a pass-through request that a resource alone decides: precedence of rows and
// credential, encoded and checked once.
#pragma once

#include "sallyport/base/result.h"
#include "sallyport/request/compiled_resource.h"

namespace sallyport::request {

/// Fills from base, rows and credential. unsafe_value names the row that cannot be sent.
[[nodiscard]] Result<StaticParts> BuildStaticParts(const CompiledResource& resource);

}  // namespace sallyport::request
