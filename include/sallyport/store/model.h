// What is stored. Bodies are validated JSON documents; their secret values live beside them, sealed
// at rest.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sallyport/base/clock.h"
#include "sallyport/base/json.h"
#include "sallyport/base/secret.h"
#include "sallyport/store/caller.h"

namespace sallyport::store {

/// JSON pointer into the document -> value ("/auth/password", "/headers/0/value").
using Secrets = std::map<std::string, Secret>;

/// A normalized document: every member present; where a secret is stored, its place holds kMask.
struct Document {
  Json body;
  Secrets secrets;
};

inline constexpr std::string_view kMask = "********";

struct Resource {
  std::int64_t id = 0;  ///< never reused; part of the sealed values' associated data
  std::string slug;
  std::int64_t version = 1;  ///< grows with every change; the ETag
  SystemTime created_at;
  SystemTime updated_at;
  Document document;  ///< `secrets` is filled only where the caller of the repository asked for it
};

/// A saved request against a resource; goes with it.
struct Query {
  std::int64_t id = 0;           ///< never reused; part of the sealed values' associated data
  std::int64_t resource_id = 0;  ///< the resource it belongs to, whatever its slug becomes
  std::string slug;              ///< unique within its resource
  std::int64_t version = 1;
  SystemTime created_at;
  SystemTime updated_at;
  Document document;
};

using Digest = std::array<std::uint8_t, 32>;  ///< SHA-256

struct ApiKey {
  std::string id;  ///< public, random
  Digest token_digest{};
  std::string name;
  Role role = Role::kRunner;
  std::vector<std::string> resources;
  bool act_as_users = false;
  SystemTime created_at;
  std::optional<SystemTime> expires_at;
  CallerPointer caller;  ///< who calls with it; in a snapshot only
};

struct Session {
  std::string id;
  Digest token_digest{};
  std::string user;
  Json attributes = Json::object();
  std::vector<std::string> resources;  ///< of the key that made it
  std::string created_by;              ///< id of that key
  SystemTime created_at;
  SystemTime expires_at;
  CallerPointer caller;  ///< who calls with it; in a snapshot only
};

[[nodiscard]] CallerPointer MakeCaller(const ApiKey& key);
[[nodiscard]] CallerPointer MakeCaller(const Session& session);

/// Who changed what; never holds a secret (the diff is of masked documents).
struct AuditEntry {
  std::int64_t id = 0;
  SystemTime at;
  std::string actor_kind;  ///< "api_key", "session", "control"
  std::string actor_id;
  std::string actor_name;
  std::string user;  ///< acted-for user, "" for none
  std::string peer;
  std::string request_id;
  std::string action;  ///< "resource.create", "api_key.revoke", "keys.rotate", ...
  std::string object;  ///< slug or id
  Json change;         ///< {"before":{...},"after":{...}}: only members that differ, masked
};

}  // namespace sallyport::store
