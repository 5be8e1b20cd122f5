// Decodes content codings (RFC 9110 §8.4.1): gzip, deflate, br. Streaming, with a guard against
// bombs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sallyport/base/result.h"

namespace sallyport::http {

/// The codings that a Content-Encoding value names, outermost last, lower case, "identity" left
/// out.
[[nodiscard]] std::vector<std::string> ContentCodings(std::string_view value);
/// gzip, x-gzip (one member or several), deflate (zlib or raw: servers send both) and br.
[[nodiscard]] bool IsKnownCoding(std::string_view coding);

struct DecodeLimits {
  std::uint64_t bytes = 32 * 1024 * 1024;  ///< decoded
  /// Decoded bytes for one encoded byte, judged once more than 1 MiB was decoded. At least 1.
  std::uint64_t ratio = 100;
};

/// One coding, or none: then it only counts. After an error it must not be used again. Decodes in
/// steps of 16 KiB and judges the limits after each: what it appends beyond one is less than that.
class ContentDecoder {
 public:
  virtual ~ContentDecoder() = default;
  /// Appends what `encoded` decodes to. Errors: decode_failed (not of that coding, bytes after its
  /// end), upstream_too_large (a limit; the message names it).
  virtual Result<void> Decode(std::string_view encoded, std::string& out) = 0;
  /// decode_failed when the coding's own end has not come. A body without any byte passes.
  virtual Result<void> Finish() = 0;
};

/// Precondition: "" or IsKnownCoding.
[[nodiscard]] std::unique_ptr<ContentDecoder> MakeDecoder(std::string_view coding,
                                                          DecodeLimits limits);

}  // namespace sallyport::http
