// The body of a request and its Content-Type.
#pragma once

#include "request/applied_credential.h"
#include "request/query/run.h"
#include "sallyport/base/result.h"

namespace sallyport::request {

/// Writes the body of `request`, whose header rows must be there already, and sets its Content-Type
/// unless a row does; a row's multipart type without boundary gets one.
[[nodiscard]] Result<void> BuildBody(const Run& run, OutgoingRequest& request);

}  // namespace sallyport::request
