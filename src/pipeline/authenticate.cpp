#include "pipeline/authenticate.h"

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

store::Caller BootstrapAdmin() {
  store::Caller caller;
  caller.role = store::Role::kAdmin;
  caller.id = "bootstrap";
  caller.name = "bootstrap";
  caller.resources = {"*"};
  caller.act_as_users = true;
  return caller;
}

store::Caller ControlCaller() {
  store::Caller caller = BootstrapAdmin();
  caller.kind = store::CallerKind::kControl;
  caller.id = "control";
  caller.name = "control";
  return caller;
}

store::Caller FromKey(const store::ApiKey& key) {
  store::Caller caller;
  caller.role = key.role;
  caller.id = key.id;
  caller.name = key.name;
  caller.resources = key.resources;
  caller.act_as_users = key.act_as_users || key.role == store::Role::kAdmin;
  caller.expires_at = key.expires_at;
  return caller;
}

store::Caller FromSession(const store::Session& session) {
  store::Caller caller;
  caller.kind = store::CallerKind::kSession;
  caller.id = session.id;
  caller.resources = session.resources;
  caller.user = session.user;
  caller.user_attributes = session.attributes;
  caller.expires_at = session.expires_at;
  return caller;
}

/// Tokens are random and looked up by their digest, so the look-up's timing tells nothing about a
/// token; the final comparison is constant-time all the same.
std::optional<store::Caller> FindSession(const AuthenticationInput& input,
                                         const store::Digest& digest) {
  const auto session = input.snapshot.sessions.Find(BytesOf(digest));
  if (!session || !ConstantTimeEqual(BytesOf(session->token_digest), BytesOf(digest)) ||
      session->expires_at <= input.now) {
    return std::nullopt;
  }
  return FromSession(*session);
}

std::optional<store::Caller> FindKey(const AuthenticationInput& input,
                                     const store::Digest& digest) {
  const auto key = input.snapshot.api_keys.Find(BytesOf(digest));
  if (!key || !ConstantTimeEqual(BytesOf(key->token_digest), BytesOf(digest)) ||
      (key->expires_at && *key->expires_at <= input.now)) {
    return std::nullopt;
  }
  return FromKey(*key);
}

Result<store::Caller> FromBearer(const AuthenticationInput& input, std::string_view field) {
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
  std::optional<store::Caller> found = FindKey(input, digest);
  if (!found) found = FindSession(input, digest);
  if (!found) return NoSuchToken();
  return std::move(*found);
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

Result<store::Caller> FromCookie(const AuthenticationInput& input, std::string_view token) {
  std::optional<store::Caller> found = FindSession(input, crypto::Sha256(token));
  if (!found) return Unauthenticated("The session cookie is not known or has expired.");
  Result<void> same = JudgeSameOrigin(input.head, input.settings.public_url);
  if (!same) return same.error();
  found->by_cookie = true;
  return std::move(*found);
}

Result<store::Caller> FindCaller(const AuthenticationInput& input) {
  if (input.peer.door == net::Door::kControl) return ControlCaller();
  const auto fields = input.head.fields.FindAll("Authorization");
  if (fields.size() > 1) return Unauthenticated("There must be one Authorization field only.");
  if (fields.size() == 1) return FromBearer(input, fields.front());
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

Result<void> ApplyUser(const AuthenticationInput& input, store::Caller& caller) {
  Result<std::optional<std::string>> asked = UserFrom(input.head.fields, "Sallyport-User");
  if (!asked) return asked.error();
  if (*asked) {
    if (!caller.act_as_users || caller.kind == store::CallerKind::kSession) {
      return Error(ErrorKind::kForbidden, ErrorSource::kCaller,
                   "This caller may not use Sallyport-User: it needs an API key with "
                   "act_as_users.");
    }
    caller.user = std::move(*asked);
  }
  const std::string& header = input.settings.user_header;
  if (header.empty() || caller.kind != store::CallerKind::kApiKey ||
      !IsTrusted(input.peer.address, input.settings.trusted_proxies)) {
    return {};
  }
  Result<std::optional<std::string>> stated = UserFrom(input.head.fields, header);
  if (!stated) return stated.error();
  if (*stated) caller.user = std::move(*stated);
  return {};
}

}  // namespace

Result<store::Caller> Authenticate(const AuthenticationInput& input) {
  Result<store::Caller> caller = FindCaller(input);
  if (!caller) return caller;
  Result<void> user = ApplyUser(input, *caller);
  if (!user) return user.error();
  return caller;
}

}  // namespace sallyport::pipeline
