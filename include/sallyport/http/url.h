// Absolute http(s) URLs, percent-encoding, and the judgement whether a path stays where it belongs
// (RFC 3986).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sallyport/base/result.h"

namespace sallyport::http {

/// scheme, host and port, lower case; the unit of trust for credentials (RFC 6454).
struct Origin {
  std::string scheme;  ///< "http" or "https"
  std::string host;    ///< lower case; IPv6 without brackets
  std::uint16_t port = 0;

  friend bool operator==(const Origin&, const Origin&) = default;
  /// "https://api.example:8443"; the default port is left out, IPv6 in brackets.
  [[nodiscard]] std::string ToString() const;
  /// What goes into the Host field: "api.example", "[::1]:8080".
  [[nodiscard]] std::string HostField() const;
};

struct Url {
  Origin origin;
  std::string path;   ///< starts with '/', illegal bytes encoded, existing escapes kept
  std::string query;  ///< without '?', "" when there is none; illegal bytes encoded
  [[nodiscard]] std::string ToString() const;
};

/// Parses an absolute URL: http or https, no userinfo, no fragment; surrounding blanks are trimmed.
/// A host that ends in a number must be plain dotted-decimal IPv4; IPv6 in brackets; other hosts
/// are LDH labels and '_' ("münchen.de" is refused: punycode), without a dot at the end, which
/// would give one host two names. Control bytes, backslashes and dot segments are refused, not
/// repaired. The error is validation_failed; its message says what is wrong and is fit to show.
[[nodiscard]] Result<Url> ParseUrl(std::string_view text);

/// Like ParseUrl, but only scheme://host[:port] with an empty path or "/".
[[nodiscard]] Result<Origin> ParseOrigin(std::string_view text);

/// Does the path hold a dot segment, a backslash or '#', judged with %2e, %2f and %5c decoded (any
/// case)? Decoded once: "%252e" is the text "%2e". "..;x" is no dot segment (RFC 3986 §3.3).
[[nodiscard]] bool LeavesItsPlace(std::string_view path);

/// Exactly one '/' between them: ("/v1/", "/users"), ("/v1", "users") and ("/v1", "//users") all
/// give "/v1/users", so that no second path can pass for an authority. An empty `path` gives the
/// base path as it is. The result always starts with '/'.
[[nodiscard]] std::string JoinPath(std::string_view base_path, std::string_view path);

/// `rest`, which is empty or starts with '/', behind the base path with its bytes kept: ("/v1/",
/// "/users") gives "/v1/users", ("/v1", "//users") "/v1//users". Below the base path "/" the result
/// may start with "//": it is a path behind an origin or in a request line, never a reference.
[[nodiscard]] std::string AppendPath(std::string_view base_path, std::string_view rest);

/// Is `path` equal to `prefix` or below it, by whole segments? "/" holds everything; slashes at the
/// end of the prefix do not count. Bytes are compared as they stand. A prefix must start with '/',
/// else it holds nothing.
[[nodiscard]] bool PathHasPrefix(std::string_view path, std::string_view prefix);

/// Percent-encodes all but RFC 3986 unreserved, upper-case hex, space as %20.
[[nodiscard]] std::string PercentEncode(std::string_view text);
/// Decodes %XX; anything malformed is kept as it stands. '+' is kept.
[[nodiscard]] std::string PercentDecode(std::string_view text);
/// Like PercentDecode with '+' as space (application/x-www-form-urlencoded).
[[nodiscard]] std::string FormDecode(std::string_view text);

/// The pieces of a query string between '&', raw (not decoded); empty pieces are skipped.
struct QueryPiece {
  std::string_view raw;    ///< "a=b%20c"
  std::string_view name;   ///< "a"
  std::string_view value;  ///< "b%20c"
};
[[nodiscard]] std::vector<QueryPiece> SplitQuery(std::string_view query);

}  // namespace sallyport::http
