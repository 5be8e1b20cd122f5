// The part of a pass-through request that the caller's head does not decide: precedence of rows and
// credential, encoded and checked.
#pragma once

#include "request/applied_credential.h"
#include "sallyport/base/result.h"
#include "sallyport/request/compiled_resource.h"

namespace sallyport::request {

/// Fills from base_url (as it is for this call), rows and credential. Errors: unsafe_value names
/// the row that cannot be sent; else as Expand's.
[[nodiscard]] Result<StaticParts> BuildStaticParts(const CompiledResource& resource,
                                                   const http::Url& base, const Scope& scope,
                                                   const AppliedCredential& credential);

/// Where a header row of this name is expanded.
[[nodiscard]] Position HeaderPosition(std::string_view name);

}  // namespace sallyport::request
