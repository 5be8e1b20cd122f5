// The heads of HTTP/1.1 messages and the judge that admits them (RFC 9110, RFC 9112). Knows no
// sockets.
//
// The judge is the only parser of heads: one reader cannot disagree with itself about where a
// message ends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "sallyport/base/result.h"

namespace sallyport::http {

struct FieldView {
  std::string_view name;   ///< as received
  std::string_view value;  ///< without surrounding blanks
};

/// Field lines in order of arrival. Views into the raw head, which its owner keeps alive.
class FieldViews {
 public:
  /// Makes room for `count` fields with one allocation.
  void Reserve(std::size_t count) { fields_.reserve(count); }
  void Add(FieldView field) { fields_.push_back(field); }
  void Clear() { fields_.clear(); }
  [[nodiscard]] bool Has(std::string_view name) const { return Find(name).has_value(); }
  /// The first value of that name (compared without case).
  [[nodiscard]] std::optional<std::string_view> Find(std::string_view name) const;
  [[nodiscard]] std::size_t Count(std::string_view name) const;
  [[nodiscard]] std::vector<std::string_view> FindAll(std::string_view name) const;
  /// Is `token` an element of the comma-separated field(s) `name`? Without case.
  [[nodiscard]] bool HasToken(std::string_view name, std::string_view token) const;
  [[nodiscard]] std::size_t size() const { return fields_.size(); }
  [[nodiscard]] auto begin() const { return fields_.begin(); }
  [[nodiscard]] auto end() const { return fields_.end(); }

 private:
  std::vector<FieldView> fields_;
};

/// How the end of a body is told (RFC 9112 §6.3).
enum class BodyFraming : std::uint8_t { kNone, kLength, kChunked, kUntilClose };

struct RequestHead {
  std::string_view method;
  std::string_view target;  ///< as received
  /// The origin-form of the target: starts with '/', absolute-form reduced to its path and query;
  /// "*" for OPTIONS *.
  std::string_view path;   ///< without query, bytes as received
  std::string_view query;  ///< without '?'
  bool has_query = false;
  std::string_view host;  ///< the one valid Host field (may be empty on HTTP/1.0)
  FieldViews fields;
  bool http_1_0 = false;
  bool keep_alive = true;        ///< what the caller wants; HTTP/1.0 has to ask for it
  bool expect_continue = false;  ///< HTTP/1.1 with a body to wait for
  bool wants_upgrade = false;    ///< Upgrade named by Connection, HTTP/1.1
  BodyFraming framing = BodyFraming::kNone;
  std::uint64_t content_length = 0;
};

struct ResponseHead {
  int status = 0;
  std::string_view reason;
  FieldViews fields;
  bool http_1_0 = false;
  bool keep_alive = true;
  BodyFraming framing = BodyFraming::kNone;
  std::uint64_t content_length = 0;
  /// A Content-Length that describes a body that is not sent (answer to HEAD, 304).
  std::optional<std::uint64_t> declared_length;
};

struct HeadLimits {
  std::size_t head_bytes = 16384;
  std::size_t fields = 100;
  std::size_t target_bytes = 8192;
};

/// Length of the head at the front of `bytes`, final blank line included; nullopt when it is not
/// complete yet. `scan_from` is where the last search stopped (start with 0 for every message), so
/// that a dripping peer costs linear time; it is 0 again once a head was found. Only CR LF CR LF
/// ends a head, but a bare LF LF is found too, so that the judge can refuse it instead of waiting
/// for more.
[[nodiscard]] std::optional<std::size_t> FindHeadEnd(std::string_view bytes,
                                                     std::size_t& scan_from);

/// `raw` is one whole head as FindHeadEnd cut it. Errors, each naming the broken rule:
/// malformed_request (400; a transfer coding other than chunked too), http_version_not_supported
/// (505), uri_too_long (414), headers_too_large (431). One empty line before the request line is
/// read over (RFC 9112 §2.2), a second one is refused. The result's views point into `raw`.
[[nodiscard]] Result<RequestHead> ParseRequestHead(std::string_view raw, const HeadLimits& limits);

/// The error for a head that is not complete although `received` already exceeds
/// limits.head_bytes: uri_too_long when the request line's target is over its limit, else
/// headers_too_large.
[[nodiscard]] Error OversizedRequestHead(std::string_view received, const HeadLimits& limits);

/// Judges a target's answer to `request_method` by the same rules. Errors: upstream_protocol_error,
/// upstream_too_large. A 1xx parses too (framing kNone); passing it over is the reader's task, and
/// so is refusing a 101. keep_alive is false when the body ends with the connection, or when the
/// head announces a body that its status cannot have (204, 1xx): nobody knows then where the next
/// answer starts. limits.target_bytes is not used.
[[nodiscard]] Result<ResponseHead> ParseResponseHead(std::string_view raw,
                                                     std::string_view request_method,
                                                     const HeadLimits& limits);

}  // namespace sallyport::http
