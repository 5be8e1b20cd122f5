// What went wrong, as a value: the contract's code, who caused it, what the caller may read and
// what only the log may.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport {

/// One enumerator per stable `code` of the contract (section 3); `http/problem` maps each to
/// status, code and title.
enum class ErrorKind : std::uint8_t {
  kMalformedRequest,
  kMalformedJson,
  kInvalidState,
  kUnauthenticated,
  kForbidden,
  kNotFound,
  kMethodNotAllowed,
  kNotAcceptable,
  kConflict,
  kPreconditionFailed,
  kPayloadTooLarge,
  kUriTooLong,
  kUnsupportedMediaType,
  kPreconditionRequired,
  kHeadersTooLarge,
  kRequestTimeout,
  kHttpVersionNotSupported,
  kValidationFailed,
  kMissingParameter,
  kUnknownParameter,
  kInvalidParameter,
  kUnknownPlaceholder,
  kUnsafeValue,
  kOutsideBaseUrl,
  kSecretReentryRequired,
  kLoginRequired,
  kTokenRefreshFailed,
  kNotImplemented,
  kRateLimited,
  kOverloaded,
  kDraining,
  kStoreUnavailable,
  kEgressDenied,
  kDnsFailed,
  kConnectFailed,
  kTlsFailed,
  kUpstreamReset,
  kUpstreamProtocolError,
  kUpstreamTooLarge,
  kTooManyRedirects,
  kRedirectRefused,
  kDecodeFailed,
  kConnectTimeout,
  kFirstByteTimeout,
  kUpstreamTimeout,
  kInternal,
};

enum class ErrorSource : std::uint8_t { kCaller, kTarget, kGateway };

/// May the same request be sent again by itself?
enum class Retryable : std::uint8_t { kNo, kIfConnectionWasReused, kYes };

/// One broken rule of a body: `pointer` is an RFC 6901 JSON pointer into it ("/headers/0/name"), ""
/// for the whole.
struct Violation {
  std::string pointer;
  std::string code;     ///< stable, e.g. "required", "unknown_member", "type", "range", "format"
  std::string message;  ///< what is wrong and what would be right
};

/// Of login_required: where the end user has to sign in.
struct LoginOffer {
  std::string resource;   ///< slug
  std::string login_url;  ///< "" for a caller who may not sign in
};

class Error {
 public:
  /// `message` is shown to the caller: no secret, no address of ours, no library text.
  Error(ErrorKind kind, ErrorSource source, std::string message)
      : kind_(kind), source_(source), message_(std::move(message)) {}

  [[nodiscard]] ErrorKind kind() const { return kind_; }
  [[nodiscard]] ErrorSource source() const { return source_; }
  [[nodiscard]] const std::string& message() const { return message_; }
  /// Logged, never shown.
  [[nodiscard]] const std::string& detail() const { return detail_; }
  /// Shown as `hint`: what to do about it. May be empty.
  [[nodiscard]] const std::string& hint() const { return hint_; }
  [[nodiscard]] Retryable retryable() const { return retryable_; }
  [[nodiscard]] const std::vector<Violation>& violations() const { return violations_; }
  /// Seconds for Retry-After.
  [[nodiscard]] std::optional<int> retry_after() const { return retry_after_; }
  /// The Allow field of a 405, e.g. "GET, HEAD".
  [[nodiscard]] const std::string& allow() const { return allow_; }
  /// Shown as `resource` and `login_url`; null for most.
  [[nodiscard]] const LoginOffer* login() const { return login_.get(); }

  Error& WithDetail(std::string text) & {
    detail_ = std::move(text);
    return *this;
  }
  Error&& WithDetail(std::string text) && {
    detail_ = std::move(text);
    return std::move(*this);
  }
  Error&& WithHint(std::string text) && {
    hint_ = std::move(text);
    return std::move(*this);
  }
  Error&& WithRetryable(Retryable value) && {
    retryable_ = value;
    return std::move(*this);
  }
  Error&& WithRetryAfter(int seconds) && {
    retry_after_ = seconds;
    return std::move(*this);
  }
  Error&& WithLogin(LoginOffer offer) && {
    login_ = std::make_shared<const LoginOffer>(std::move(offer));
    return std::move(*this);
  }
  Error&& WithAllow(std::string methods) && {
    allow_ = std::move(methods);
    return std::move(*this);
  }
  Error&& WithViolation(Violation v) && {
    violations_.push_back(std::move(v));
    return std::move(*this);
  }
  Error&& WithViolations(std::vector<Violation> v) && {
    violations_ = std::move(v);
    return std::move(*this);
  }

 private:
  ErrorKind kind_;
  ErrorSource source_;
  Retryable retryable_ = Retryable::kNo;
  std::optional<int> retry_after_;
  std::string message_;
  std::string detail_;
  std::string hint_;
  std::string allow_;
  std::vector<Violation> violations_;
  std::shared_ptr<const LoginOffer> login_;
};

}  // namespace sallyport
