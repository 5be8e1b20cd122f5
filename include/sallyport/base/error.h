// What went wrong, as a value: the contract's code, who caused it, what the caller may read and
// what only the log may.
#pragma once

#include <cstddef>
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

/// More are not told: nobody reads them, and telling them can cost far more than the input did.
inline constexpr std::size_t kMostViolations = 100;

/// Of login_required: where the end user has to sign in.
struct LoginOffer {
  std::string resource;   ///< slug
  std::string login_url;  ///< "" for a caller who may not sign in
};

/// As large as two pointers: a Result moves through a dozen stages, and nearly always without an
/// error in it. What describes the error lies apart.
class Error {
 public:
  /// `message` is shown to the caller: no secret, no address of ours, no library text.
  Error(ErrorKind kind, ErrorSource source, std::string message)
      : kind_(kind), source_(source), more_(std::make_unique<More>()) {
    more_->message = std::move(message);
  }
  Error(const Error& other)
      : kind_(other.kind_),
        source_(other.source_),
        retryable_(other.retryable_),
        more_(std::make_unique<More>(*other.more_)) {}
  Error(Error&&) noexcept = default;
  Error& operator=(const Error& other) { return *this = Error(other); }
  Error& operator=(Error&&) noexcept = default;
  ~Error() = default;

  [[nodiscard]] ErrorKind kind() const { return kind_; }
  [[nodiscard]] ErrorSource source() const { return source_; }
  [[nodiscard]] const std::string& message() const { return more_->message; }
  /// Logged, never shown.
  [[nodiscard]] const std::string& detail() const { return more_->detail; }
  /// Shown as `hint`: what to do about it. May be empty.
  [[nodiscard]] const std::string& hint() const { return more_->hint; }
  [[nodiscard]] Retryable retryable() const { return retryable_; }
  [[nodiscard]] const std::vector<Violation>& violations() const { return more_->violations; }
  /// Seconds for Retry-After.
  [[nodiscard]] std::optional<int> retry_after() const { return more_->retry_after; }
  /// The Allow field of a 405, e.g. "GET, HEAD".
  [[nodiscard]] const std::string& allow() const { return more_->allow; }
  /// Shown as `resource` and `login_url`; null for most.
  [[nodiscard]] const LoginOffer* login() const { return more_->login ? &*more_->login : nullptr; }

  Error& WithDetail(std::string text) & {
    more_->detail = std::move(text);
    return *this;
  }
  Error&& WithDetail(std::string text) && {
    more_->detail = std::move(text);
    return std::move(*this);
  }
  Error&& WithHint(std::string text) && {
    more_->hint = std::move(text);
    return std::move(*this);
  }
  Error&& WithRetryable(Retryable value) && {
    retryable_ = value;
    return std::move(*this);
  }
  Error&& WithRetryAfter(int seconds) && {
    more_->retry_after = seconds;
    return std::move(*this);
  }
  Error&& WithLogin(LoginOffer offer) && {
    more_->login = std::move(offer);
    return std::move(*this);
  }
  Error&& WithAllow(std::string methods) && {
    more_->allow = std::move(methods);
    return std::move(*this);
  }
  Error&& WithViolation(Violation v) && {
    more_->violations.push_back(std::move(v));
    return std::move(*this);
  }
  Error&& WithViolations(std::vector<Violation> v) && {
    more_->violations = std::move(v);
    return std::move(*this);
  }

 private:
  struct More {
    std::string message, detail, hint, allow;
    std::vector<Violation> violations;
    std::optional<int> retry_after;
    std::optional<LoginOffer> login;
  };

  ErrorKind kind_;
  ErrorSource source_;
  Retryable retryable_ = Retryable::kNo;
  std::unique_ptr<More> more_;  ///< null once moved from
};

}  // namespace sallyport
