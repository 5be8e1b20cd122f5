#include "pipeline/authenticate.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "pipeline/same_origin.h"
#include "pipeline/trusted_proxy.h"
#include "sallyport/base/secret.h"
#include "sallyport/base/strings.h"
#include "sallyport/crypto/digest.h"
#include "sallyport/http/cookie.h"
#include "sallyport/request/proxy_request.h"

namespace sallyport::pipeline {
namespace {

constexpr std::size_t kMaxUserBytes = 256;

std::string_view BytesOf(const store::Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

Error Unauthenticated(std::string message) {
  return Error(ErrorKind::kUnauthenticated, ErrorSource::kCaller, std::move(message));
}

Error NoSuchToken() {
  return Unauthenticated("The API key or session token is not known or has expired.");
}

store::CallerPointer MakeAdmin(store::CallerKind kind, std::string_view name) {
  auto caller = std::make_shared<store::Caller>();
  caller->kind = kind;
  caller->role = store::Role::kAdmin;
  caller->id = name;
  caller->name = name;
  caller->resources = {"*"};
  caller->act_as_users = true;
  return caller;
}

const store::CallerPointer& BootstrapAdmin() {
  static const store::CallerPointer admin =
      MakeAdmin(store::CallerKind::kApiKey, store::kBootstrapId);
  return admin;
}

const store::CallerPointer& ControlCaller() {
  static const store::CallerPointer control =
      MakeAdmin(store::CallerKind::kControl, store::kControlId);
  return control;
}

/// Tokens are random and looked up by their digest, so the look-up's timing tells nothing about a
/// token; the final comparison is constant-time all the same.
store::CallerPointer FindSession(const AuthenticationInput& input, const store::Digest& digest) {
  const auto session = input.snapshot.sessions.Find(BytesOf(digest));
  if (!session || !ConstantTimeEqual(BytesOf(session->token_digest), BytesOf(digest)) ||
      session->expires_at <= input.now) {
    return nullptr;
  }
  return session->caller;
}

store::CallerPointer FindKey(const AuthenticationInput& input, const store::Digest& digest) {
  const auto key = input.snapshot.api_keys.Find(BytesOf(digest));
  if (!key || !ConstantTimeEqual(BytesOf(key->token_digest), BytesOf(digest)) ||
      (key->expires_at && *key->expires_at <= input.now)) {
    return nullptr;
  }
  return key->caller;
}

Result<store::CallerPointer> FromBearer(const AuthenticationInput& input, std::string_view field) {
  constexpr std::string_view kScheme = "Bearer ";
  const std::string_view token =
      StartsWithIgnoreCase(field, kScheme) ? TrimOws(field.substr(kScheme.size())) : "";
  if (token.empty()) {
    return Unauthenticated(
        "The Authorization field must be \"Bearer <API key or session token>\".");
  }
  const store::Digest digest = crypto::Sha256(token);
  if (ConstantTimeEqual(BytesOf(digest), BytesOf(input.settings.admin_key_digest))) {
    return BootstrapAdmin();
  }
  store::CallerPointer found = FindKey(input, digest);
  if (!found) found = FindSession(input, digest);
  if (!found) return NoSuchToken();
  return found;
}

std::optional<std::string_view> SessionCookie(const AuthenticationInput& input) {
  const bool https = StartsWithIgnoreCase(input.settings.public_url, "https:");
  const std::string_view wanted = https ? request::kHostSessionCookie : request::kSessionCookie;
  for (const std::string_view value : input.head.fields.FindAll("Cookie")) {
    for (const http::CookiePair& pair : http::ParseCookies(value)) {
      if (pair.name == wanted) return pair.value;
    }
  }
  return std::nullopt;
}

Result<store::CallerPointer> FromCookie(const AuthenticationInput& input, std::string_view token) {
  const store::CallerPointer found = FindSession(input, crypto::Sha256(token));
  if (!found) return Unauthenticated("The session cookie is not known or has expired.");
  Result<void> same = JudgeSameOrigin(input.head, input.settings.public_url);
  if (!same) return same.error();
  auto caller = std::make_shared<store::Caller>(*found);
  caller->by_cookie = true;
  return store::CallerPointer(std::move(caller));
}

Result<store::CallerPointer> FindCaller(const AuthenticationInput& input) {
  if (input.peer.door == net::Door::kControl) return ControlCaller();
  if (const auto field = input.head.fields.Find("Authorization")) {
    if (input.head.fields.Count("Authorization") > 1) {
      return Unauthenticated("There must be one Authorization field only.");
    }
    return FromBearer(input, *field);
  }
  if (const auto cookie = SessionCookie(input)) return FromCookie(input, *cookie);
  return Unauthenticated("Send an API key or session token: \"Authorization: Bearer <token>\".");
}

/// A user name that a header gives; nullopt when the field is absent.
Result<std::optional<std::string>> UserFrom(const http::FieldViews& fields, std::string_view name) {
  const auto values = fields.FindAll(name);
  if (values.empty()) return std::optional<std::string>();
  const std::string_view user = values.front();
  if (values.size() > 1 || user.empty() || user.size() > kMaxUserBytes || !IsUtf8(user)) {
    return Error(ErrorKind::kMalformedRequest, ErrorSource::kCaller,
                 "The field " + std::string(name) + " must be given once and hold 1 to " +
                     std::to_string(kMaxUserBytes) + " bytes of UTF-8.");
  }
  return std::optional<std::string>(user);
}

/// For whom the caller acts, where it says so; nullopt where it does not.
Result<std::optional<std::string>> ActsFor(const AuthenticationInput& input,
                                           const store::Caller& caller) {
  const http::FieldViews& fields = input.head.fields;
  const bool may_act = caller.act_as_users && caller.kind != store::CallerKind::kSession;
  // The right comes first: what such a caller wrote into the field is nobody's business.
  if (!may_act && fields.Find("Sallyport-User")) {
    return Error(ErrorKind::kForbidden, ErrorSource::kCaller,
                 "This caller may not use Sallyport-User: it needs an API key with act_as_users.");
  }
  Result<std::optional<std::string>> asked = UserFrom(fields, "Sallyport-User");
  if (!asked) return asked;
  if (caller.kind != store::CallerKind::kApiKey) return asked;
  Result<std::optional<std::string>> stated = UserOfProxy(input.head, input.peer, input.settings);
  return !stated || *stated ? stated : asked;
}

}  // namespace

Result<std::optional<std::string>> UserOfProxy(const http::RequestHead& head, const net::Peer& peer,
                                               const Settings& settings) {
  const std::string& header = settings.user_header;
  if (header.empty() || !IsTrusted(peer.address, settings.trusted_proxies)) {
    return std::optional<std::string>();
  }
  // A proxy leaves the field blank for those who did not sign in.
  if (head.fields.Count(header) == 1 && head.fields.Find(header)->empty()) {
    return std::optional<std::string>();
  }
  return UserFrom(head.fields, header);
}

Result<store::CallerPointer> Authenticate(const AuthenticationInput& input) {
  Result<store::CallerPointer> caller = FindCaller(input);
  if (!caller) return caller;
  Result<std::optional<std::string>> user = ActsFor(input, **caller);
  if (!user) return user.error();
  if (!*user) return caller;
  auto acting = std::make_shared<store::Caller>(**caller);
  acting->user = std::move(*user);
  return store::CallerPointer(std::move(acting));
}

}  // namespace sallyport::pipeline
