#include <algorithm>

#include "http/byte_set.h"
#include "http/media_type_parameters.h"
#include "sallyport/http/charset.h"
#include "sallyport/http/multipart.h"

namespace sallyport::http {
namespace {

constexpr std::size_t kLongestBoundary = 70;

/// Printable ASCII. RFC 2046 allows fewer, but clients in use send '*' and braces, and none of
/// these bytes can end a line.
constexpr ByteSet kBoundaryBytes{[](unsigned char c) { return c >= 0x20 && c <= 0x7E; }};

Error NoBoundary(const std::string& what) {
  return Error(ErrorKind::kMalformedRequest, ErrorSource::kCaller,
               "The Content-Type multipart/form-data " + what + ".")
      .WithHint(
          "Do not set Content-Type yourself: the client that makes the multipart body sets it, "
          "with "
          "the boundary it used.");
}

}  // namespace

Result<std::optional<std::string>> MultipartBoundary(std::string_view content_type) {
  if (ParseMediaType(content_type).essence != "multipart/form-data") {
    return std::optional<std::string>();
  }
  content_type.remove_prefix(std::min(content_type.find(';'), content_type.size()));
  const Parameters parameters = ReadParameters(content_type);
  const std::string* boundary = parameters.Find("boundary");
  if (boundary == nullptr || boundary->empty()) return NoBoundary("has no boundary parameter");
  if (parameters.Count("boundary") > 1) return NoBoundary("has two boundary parameters");
  if (boundary->size() > kLongestBoundary || !kBoundaryBytes.HasAll(*boundary) ||
      boundary->back() == ' ') {
    return NoBoundary("has a boundary that is none: 1 to 70 printable ASCII bytes, no blank last");
  }
  return std::optional<std::string>(*boundary);
}

}  // namespace sallyport::http
