#include "sallyport/http/problem.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "sallyport/base/json.h"

namespace sallyport::http {
namespace {

struct Entry {
  ErrorKind kind;
  int status;
  std::string_view code;
  std::string_view title;  ///< also the message of an Error that has none
};

// Contract, section 3. In the order of ErrorKind, so that the kind is the index.
constexpr std::array kEntries = {
    Entry{ErrorKind::kMalformedRequest, 400, "malformed_request", "Malformed request"},
    Entry{ErrorKind::kMalformedJson, 400, "malformed_json", "Malformed JSON"},
    Entry{ErrorKind::kInvalidState, 400, "invalid_state", "Invalid state"},
    Entry{ErrorKind::kUnauthenticated, 401, "unauthenticated", "No valid credential"},
    Entry{ErrorKind::kForbidden, 403, "forbidden", "Not allowed"},
    Entry{ErrorKind::kNotFound, 404, "not_found", "Not found"},
    Entry{ErrorKind::kMethodNotAllowed, 405, "method_not_allowed", "Method not allowed"},
    Entry{ErrorKind::kNotAcceptable, 406, "not_acceptable", "Not acceptable"},
    Entry{ErrorKind::kConflict, 409, "conflict", "Conflict"},
    Entry{ErrorKind::kPreconditionFailed, 412, "precondition_failed", "Precondition failed"},
    Entry{ErrorKind::kPayloadTooLarge, 413, "payload_too_large", "Body too large"},
    Entry{ErrorKind::kUriTooLong, 414, "uri_too_long", "Request target too long"},
    Entry{ErrorKind::kUnsupportedMediaType, 415, "unsupported_media_type",
          "Unsupported media type"},
    Entry{ErrorKind::kPreconditionRequired, 428, "precondition_required", "Precondition required"},
    Entry{ErrorKind::kHeadersTooLarge, 431, "headers_too_large", "Header fields too large"},
    Entry{ErrorKind::kRequestTimeout, 408, "request_timeout", "Request not received in time"},
    Entry{ErrorKind::kHttpVersionNotSupported, 505, "http_version_not_supported",
          "HTTP version not supported"},
    Entry{ErrorKind::kValidationFailed, 422, "validation_failed", "Validation failed"},
    Entry{ErrorKind::kMissingParameter, 422, "missing_parameter", "Missing parameter"},
    Entry{ErrorKind::kUnknownParameter, 422, "unknown_parameter", "Unknown parameter"},
    Entry{ErrorKind::kInvalidParameter, 422, "invalid_parameter", "Invalid parameter"},
    Entry{ErrorKind::kUnknownPlaceholder, 422, "unknown_placeholder", "Unknown placeholder"},
    Entry{ErrorKind::kUnsafeValue, 422, "unsafe_value", "Unsafe value"},
    Entry{ErrorKind::kOutsideBaseUrl, 422, "outside_base_url", "Outside the base URL"},
    Entry{ErrorKind::kSecretReentryRequired, 422, "secret_reentry_required",
          "Secret must be entered again"},
    Entry{ErrorKind::kLoginRequired, 424, "login_required", "Login to the target required"},
    Entry{ErrorKind::kTokenRefreshFailed, 424, "token_refresh_failed", "Token refresh failed"},
    Entry{ErrorKind::kNotImplemented, 501, "not_implemented", "Not implemented"},
    Entry{ErrorKind::kRateLimited, 429, "rate_limited", "Too many requests"},
    Entry{ErrorKind::kOverloaded, 503, "overloaded", "Overloaded"},
    Entry{ErrorKind::kDraining, 503, "draining", "Shutting down"},
    Entry{ErrorKind::kStoreUnavailable, 503, "store_unavailable", "Store unavailable"},
    Entry{ErrorKind::kEgressDenied, 502, "egress_denied", "Target address denied"},
    Entry{ErrorKind::kDnsFailed, 502, "dns_failed", "Target name not resolved"},
    Entry{ErrorKind::kConnectFailed, 502, "connect_failed", "Target not reachable"},
    Entry{ErrorKind::kTlsFailed, 502, "tls_failed", "TLS with the target failed"},
    Entry{ErrorKind::kUpstreamReset, 502, "upstream_reset", "Target cut the connection"},
    Entry{ErrorKind::kUpstreamProtocolError, 502, "upstream_protocol_error",
          "Target broke the protocol"},
    Entry{ErrorKind::kUpstreamTooLarge, 502, "upstream_too_large", "Target's answer too large"},
    Entry{ErrorKind::kTooManyRedirects, 502, "too_many_redirects", "Too many redirects"},
    Entry{ErrorKind::kRedirectRefused, 502, "redirect_refused", "Redirect refused"},
    Entry{ErrorKind::kDecodeFailed, 502, "decode_failed", "Target's answer not decodable"},
    Entry{ErrorKind::kConnectTimeout, 504, "connect_timeout", "Connecting took too long"},
    Entry{ErrorKind::kFirstByteTimeout, 504, "first_byte_timeout", "Target did not answer in time"},
    Entry{ErrorKind::kUpstreamTimeout, 504, "upstream_timeout", "Target took too long"},
    Entry{ErrorKind::kInternal, 500, "internal_error", "Internal error"},
};

constexpr bool IsInOrderOfKinds() {
  for (std::size_t i = 0; i < kEntries.size(); ++i) {
    if (static_cast<std::size_t>(kEntries[i].kind) != i) return false;
  }
  return kEntries.size() == static_cast<std::size_t>(ErrorKind::kInternal) + 1;
}
static_assert(IsInOrderOfKinds(), "every ErrorKind needs its entry, in order");

const Entry& EntryOf(ErrorKind kind) { return kEntries.at(static_cast<std::size_t>(kind)); }

std::string ShownMessage(const Error& error) {
  if (error.kind() == ErrorKind::kInternal) {
    return "the gateway failed to handle this request; its log tells why under this request_id";
  }
  return error.message().empty() ? std::string(EntryOf(error.kind()).title) : error.message();
}

Json FieldErrors(std::span<const Violation> violations) {
  Json errors = Json::object();
  for (const Violation& violation : violations) {
    const auto [entry, is_new] = errors.emplace(DottedField(violation.pointer), violation.message);
    if (!is_new) *entry = entry->get<std::string>() + "; " + violation.message;
  }
  return errors;
}

Json ViolationList(std::span<const Violation> violations) {
  Json list = Json::array();
  for (const Violation& violation : violations) {
    Json item = Json::object();
    item["pointer"] = violation.pointer;
    item["code"] = violation.code;
    item["message"] = violation.message;
    list.push_back(std::move(item));
  }
  return list;
}

}  // namespace

int StatusOf(ErrorKind kind) { return EntryOf(kind).status; }
std::string_view CodeOf(ErrorKind kind) { return EntryOf(kind).code; }
std::string_view TitleOf(ErrorKind kind) { return EntryOf(kind).title; }

std::string RenderProblem(const Error& error, std::string_view instance,
                          std::string_view request_id) {
  const Entry& entry = EntryOf(error.kind());
  const std::string message = ShownMessage(error);
  const bool internal = error.kind() == ErrorKind::kInternal;

  Json body = Json::object();
  body["type"] = "urn:sallyport:error:" + std::string(entry.code);
  body["title"] = entry.title;
  body["status"] = entry.status;
  body["detail"] = message;
  body["instance"] = instance;
  body["code"] = entry.code;
  body["message"] = message;
  body["request_id"] = request_id;
  if (!internal && !error.hint().empty()) body["hint"] = error.hint();
  if (const LoginOffer* login = error.login()) {
    body["resource"] = login->resource;
    if (!login->login_url.empty()) body["login_url"] = login->login_url;
  }
  const bool is_validation =
      error.kind() == ErrorKind::kValidationFailed || !error.violations().empty();
  if (!internal && is_validation) {
    const std::vector<Violation>& all = error.violations();
    const std::span<const Violation> told(all.data(), std::min(all.size(), kMostViolations));
    body["errors"] = FieldErrors(told);
    body["violations"] = ViolationList(told);
  }
  return DumpJson(body);
}

}  // namespace sallyport::http
