// One kind of authentication to the target, behind one interface. A new kind is one file in
// src/request/auth/ and one line in its registry.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sallyport/base/json.h"
#include "sallyport/base/result.h"
#include "sallyport/schema/field_table.h"
#include "sallyport/store/model.h"

namespace sallyport::request {

/// Where a credential goes. Each replaces every row of the same name (headers without case).
class CredentialSink {
 public:
  virtual ~CredentialSink() = default;
  virtual void SetHeader(std::string name, std::string value) = 0;
  virtual void SetParam(std::string name, std::string value) = 0;
  virtual void SetCookie(std::string name, std::string value) = 0;
};

/// Immutable; thread-safe.
class Credential {
 public:
  virtual ~Credential() = default;
  virtual void Apply(CredentialSink& sink) const = 0;
};

/// What the registry knows of a kind: the value of auth.type, the members that go with it, and how
/// it is made.
struct AuthKind {
  std::string_view type;
  const schema::Object* (*members)();  ///< without `type`
  /// Rules between members (which names a header, query or cookie may have). `auth` has passed
  /// `members`; pointers are relative to it ("/name"). Empty = nothing wrong.
  std::vector<Violation> (*check)(const Json& auth);
  /// `auth` is validated; secrets by pointer ("/auth/password").
  std::shared_ptr<const Credential> (*make)(const Json& auth, const store::Secrets& secrets);
};

[[nodiscard]] const std::vector<AuthKind>& AuthKinds();
[[nodiscard]] const AuthKind* FindAuthKind(std::string_view type);

}  // namespace sallyport::request
