// br (RFC 7932) by Google's decoder.
#pragma once

#include <memory>

#include "sallyport/http/content_coding.h"

namespace sallyport::http {

[[nodiscard]] std::unique_ptr<ContentDecoder> MakeBrotliDecoder(DecodeLimits limits);

}  // namespace sallyport::http
