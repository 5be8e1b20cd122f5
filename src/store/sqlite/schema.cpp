#include "store/sqlite/schema.h"

#include <string>

namespace sallyport::store::sqlite {
namespace {

// Times are milliseconds since 1970 in UTC. `search` is case-folded text for finding; it stands
// before long columns, so that a scan does not read their overflow pages. AUTOINCREMENT: an id is
// part of the associated data of sealed values and never comes back.
constexpr const char* kFirst = R"sql(
CREATE TABLE data_keys (
  id TEXT NOT NULL PRIMARY KEY,
  master_id TEXT NOT NULL,
  wrapped BLOB NOT NULL,
  active INTEGER NOT NULL CHECK (active IN (0, 1)),
  created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX data_keys_active ON data_keys (active) WHERE active = 1;

CREATE TABLE resources (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  slug TEXT NOT NULL UNIQUE,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  search TEXT NOT NULL,
  secrets_key TEXT REFERENCES data_keys (id),
  secrets BLOB,
  body TEXT NOT NULL,
  CHECK ((secrets IS NULL) = (secrets_key IS NULL))
) STRICT;
CREATE INDEX resources_search ON resources (slug, search);
CREATE INDEX resources_secrets_key ON resources (secrets_key) WHERE secrets_key IS NOT NULL;

CREATE TABLE api_keys (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  token_digest BLOB NOT NULL UNIQUE CHECK (length(token_digest) = 32),
  name TEXT NOT NULL,
  search TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('admin', 'runner')),
  resources TEXT NOT NULL,
  act_as_users INTEGER NOT NULL CHECK (act_as_users IN (0, 1)),
  created_at INTEGER NOT NULL,
  expires_at INTEGER
) STRICT;

CREATE TABLE sessions (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  token_digest BLOB NOT NULL UNIQUE CHECK (length(token_digest) = 32),
  user TEXT NOT NULL,
  search TEXT NOT NULL,
  attributes TEXT NOT NULL,
  resources TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id TEXT NOT NULL,
  actor_name TEXT NOT NULL,
  user TEXT NOT NULL,
  peer TEXT NOT NULL,
  request_id TEXT NOT NULL,
  action TEXT NOT NULL,
  object TEXT NOT NULL,
  search TEXT NOT NULL,
  change TEXT NOT NULL
) STRICT;
)sql";

constexpr const char* kQueries = R"sql(
CREATE TABLE queries (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  resource_id INTEGER NOT NULL REFERENCES resources (id) ON DELETE CASCADE,
  slug TEXT NOT NULL,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  search TEXT NOT NULL,
  secrets_key TEXT REFERENCES data_keys (id),
  secrets BLOB,
  body TEXT NOT NULL,
  UNIQUE (resource_id, slug),
  CHECK ((secrets IS NULL) = (secrets_key IS NULL))
) STRICT;
CREATE INDEX queries_search ON queries (resource_id, slug, search);
CREATE INDEX queries_secrets_key ON queries (secrets_key) WHERE secrets_key IS NOT NULL;
)sql";

// Tokens of a session end with it, however it ends; the generated column lets the database see to
// that. `version` is that of the access token.
constexpr const char* kTokenSets = R"sql(
CREATE TABLE token_sets (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  resource_id INTEGER NOT NULL REFERENCES resources (id) ON DELETE CASCADE,
  owner_kind TEXT NOT NULL CHECK (owner_kind IN ('session', 'user', 'shared', 'client')),
  owner_id TEXT NOT NULL,
  session_id TEXT GENERATED ALWAYS AS (CASE owner_kind WHEN 'session' THEN owner_id END) VIRTUAL
    REFERENCES sessions (id) ON DELETE CASCADE,
  user TEXT NOT NULL,
  version INTEGER NOT NULL,
  fingerprint TEXT NOT NULL,
  scope TEXT NOT NULL,
  obtained_at INTEGER NOT NULL,
  expires_at INTEGER,
  last_refresh_at INTEGER,
  last_error TEXT NOT NULL,
  dead INTEGER NOT NULL CHECK (dead IN (0, 1)),
  search TEXT NOT NULL,
  secrets_key TEXT REFERENCES data_keys (id),
  secrets BLOB,
  UNIQUE (resource_id, owner_kind, owner_id),
  CHECK ((secrets IS NULL) = (secrets_key IS NULL))
) STRICT;
CREATE INDEX token_sets_session ON token_sets (session_id) WHERE session_id IS NOT NULL;
CREATE INDEX token_sets_user ON token_sets (user);
CREATE INDEX token_sets_secrets_key ON token_sets (secrets_key) WHERE secrets_key IS NOT NULL;
)sql";

/// The n-th takes a database from version n to n + 1. Never change one that was released: add one.
constexpr std::array kMigrations{kFirst, kQueries, kTokenSets};

}  // namespace

std::int64_t SchemaVersion() { return static_cast<std::int64_t>(kMigrations.size()); }

Result<void> Migrate(Connection& connection) {
  Result<std::int64_t> version = connection.QueryInt("PRAGMA user_version");
  if (!version) return version.error();
  if (*version == SchemaVersion()) return {};
  for (auto next = static_cast<std::size_t>(*version); next < kMigrations.size(); ++next) {
    Result<void> applied = connection.Execute(kMigrations[next]);
    if (!applied) return applied;
  }
  const std::string mark = "PRAGMA application_id=" + std::to_string(kApplicationId) +
                           "; PRAGMA user_version=" + std::to_string(SchemaVersion());
  return connection.Execute(mark.c_str());
}

}  // namespace sallyport::store::sqlite
