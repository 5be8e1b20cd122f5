// URI references (RFC 3986 §4.1): taken apart, and resolved against the URL they were found at.
#pragma once

#include <string>
#include <string_view>

#include "sallyport/base/result.h"
#include "sallyport/http/url.h"

namespace sallyport::request {

/// Views the text it was split from.
struct Reference {
  std::string_view path;   ///< everything before query and fragment
  std::string_view query;  ///< without '?'
  bool has_query = false;
  std::string_view fragment;  ///< with '#'
};
[[nodiscard]] Reference SplitReference(std::string_view reference);

/// RFC 3986 §5.2.4, for a path that starts with '/'.
[[nodiscard]] std::string RemoveDotSegments(std::string_view path);

/// Does the path begin with a scheme (§3.1)?
[[nodiscard]] bool HasScheme(std::string_view path);

/// §5.2 with `base` as the base URL; the fragment is dropped. validation_failed when what comes out
/// is no http or https URL as http::ParseUrl takes it.
[[nodiscard]] Result<http::Url> ResolveReference(const http::Url& base, std::string_view reference);

}  // namespace sallyport::request
