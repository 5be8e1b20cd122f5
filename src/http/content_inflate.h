// gzip and deflate by zlib.
#pragma once

#include <memory>

#include "sallyport/http/content_coding.h"

namespace sallyport::http {

enum class Inflation { kGzip, kDeflate };

[[nodiscard]] std::unique_ptr<ContentDecoder> MakeInflater(Inflation kind, DecodeLimits limits);

}  // namespace sallyport::http
