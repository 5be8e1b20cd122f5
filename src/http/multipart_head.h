// The header block of one part of a multipart/form-data body.
#pragma once

#include <string_view>

#include "sallyport/http/multipart.h"

namespace sallyport::http {

/// `block`: the header lines, each ended by CR LF, without the empty line. malformed_request for
/// lines that are no fields, folded lines, Content-Disposition or Content-Type twice, a disposition
/// other than form-data or without a name, a transfer encoding that changes the content.
[[nodiscard]] Result<PartHead> ParsePartHead(std::string_view block);

/// malformed_request: "The multipart body is malformed: `what`."
[[nodiscard]] Error BadMultipart(std::string_view what);

}  // namespace sallyport::http
