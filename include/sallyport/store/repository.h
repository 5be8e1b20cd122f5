// Durable storage behind one interface; SQLite is the first implementation. Every implementation
// passes tests/contract/repository_contract.h.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sallyport/base/result.h"
#include "sallyport/crypto/keyring.h"
#include "sallyport/store/model.h"
#include "sallyport/store/token_set.h"

namespace sallyport::store {

template <typename T>
struct Page {
  std::vector<T> items;
  std::optional<std::string> next_cursor;  ///< opaque
};

struct ListQuery {
  std::size_t limit = 50;
  std::string
      cursor;  ///< "" for the first page; invalid_parameter-like validation_failed on a foreign one
  std::string search;  ///< found in slug and name, without case
};

enum class WithSecrets : std::uint8_t { kNo, kYes };
/// What an update of a resource does to its token sets: kNo when they were issued under settings
/// that it changes.
enum class KeepTokens : std::uint8_t { kYes, kNo };

/// What must hold for a write to happen.
struct Precondition {
  std::optional<std::int64_t>
      version;  ///< If-Match: precondition_failed when it is another one or nothing is stored
  bool must_not_exist = false;  ///< If-None-Match: *
  /// Of the row that `version` was read from: a new resource of the same slug counts from 1 again.
  std::optional<std::int64_t> id = {};
};

/// Called on one thread (the store thread); may block on the disk. Every write carries the audit
/// entry of the change and commits both in one transaction: when a call returns a value, it
/// survives kill -9 and power loss. Errors: not_found, conflict (slug taken), precondition_failed,
/// store_unavailable (disk full, I/O error, busy: nothing was changed), internal (damage: a sealed
/// value that does not open).
class Repository {
 public:
  virtual ~Repository() = default;

  // Resources
  // -------------------------------------------------------------------------------------------------------
  virtual Result<Page<Resource>> ListResources(
      const ListQuery& query) = 0;  ///< by slug; without secrets
  virtual Result<Resource> GetResource(const std::string& slug, WithSecrets secrets) = 0;
  /// `document.secrets` are sealed. Fills id, version and times.
  virtual Result<Resource> CreateResource(const std::string& slug, Document document,
                                          const AuditEntry& audit) = 0;
  /// Replaces the document; the slug may change. The version grows by one.
  virtual Result<Resource> UpdateResource(const std::string& slug, const std::string& new_slug,
                                          Document document, const Precondition& when,
                                          KeepTokens keep, const AuditEntry& audit) = 0;
  /// Its queries and token sets go with it.
  virtual Result<void> DeleteResource(const std::string& slug, const Precondition& when,
                                      const AuditEntry& audit) = 0;

  // Queries
  // ---------------------------------------------------------------------------------------------------------
  // As resources. not_found says in its message whether it is the resource or the query that is
  // not there; a precondition is about the query.
  virtual Result<Page<Query>> ListQueries(const std::string& resource_slug,
                                          const ListQuery& query) = 0;
  virtual Result<Query> GetQuery(const std::string& resource_slug, const std::string& slug,
                                 WithSecrets secrets) = 0;
  virtual Result<Query> CreateQuery(const std::string& resource_slug, const std::string& slug,
                                    Document document, const AuditEntry& audit) = 0;
  virtual Result<Query> UpdateQuery(const std::string& resource_slug, const std::string& slug,
                                    const std::string& new_slug, Document document,
                                    const Precondition& when, const AuditEntry& audit) = 0;
  virtual Result<void> DeleteQuery(const std::string& resource_slug, const std::string& slug,
                                   const Precondition& when, const AuditEntry& audit) = 0;

  // API keys and sessions
  // -------------------------------------------------------------------------------------------
  virtual Result<Page<ApiKey>> ListApiKeys(const ListQuery& query) = 0;
  virtual Result<void> CreateApiKey(const ApiKey& key, const AuditEntry& audit) = 0;
  /// Ends the sessions that the key made, too: whoever stole it may have made some. Their ids, for
  /// the snapshot; the audit entry's change names them as "ended_sessions".
  virtual Result<std::vector<std::string>> DeleteApiKey(const std::string& id,
                                                        const AuditEntry& audit) = 0;
  /// Those that have not run out, removed or not. Token sets that belong to a session go with it,
  /// however it ends.
  virtual Result<Page<Session>> ListSessions(const ListQuery& query) = 0;
  /// Unauthenticated when the key that makes it (`created_by`) was deleted in the meantime.
  virtual Result<void> CreateSession(const Session& session, const AuditEntry& audit) = 0;
  virtual Result<void> DeleteSession(const std::string& id, const AuditEntry& audit) = 0;
  /// Removes sessions that ended before `now`; their ids, for the snapshot.
  virtual Result<std::vector<std::string>> DeleteExpiredSessions(SystemTime now) = 0;

  // Token sets of OAuth sign-ins
  // ------------------------------------------------------------------------------------
  /// Inserts, or replaces what is stored for the set's resource and owner; the set as it is stored
  /// now, with its id. Without `when.version` these are new tokens (a login, a first fetch): their
  /// version is one more than the stored one, 1 when there was none. With it (the result of a
  /// refresh) nothing is written unless the set that the refresh began with, `when.id` and
  /// `when.version`, is still there; the version becomes the given one, but never falls: a refresh
  /// that failed keeps it. `set.id` is not looked at.
  ///
  /// not_found: the resource is gone; unauthenticated: the owner is a session that has ended;
  /// precondition_failed. So a refresh that ends after a logout, a disconnect or another login does
  /// not bring tokens back. `audit` is for logins; refreshes leave none.
  virtual Result<TokenSet> PutTokens(TokenSet set, const Precondition& when,
                                     const std::optional<AuditEntry>& audit) = 0;
  /// not_found when there are none.
  virtual Result<void> DeleteTokens(std::int64_t resource_id, const TokenOwnerId& owner,
                                    const AuditEntry& audit) = 0;
  /// Oldest first, without tokens, as `filter` says; those of a session that has run out never are.
  /// `search` looks in the user and in the resource's slug and name.
  virtual Result<Page<ListedTokenSet>> ListTokenSets(const ListQuery& query,
                                                     const TokenSetFilter& filter) = 0;

  // Audit and upkeep
  // ------------------------------------------------------------------------------------------------
  virtual Result<Page<AuditEntry>> ListAudit(const ListQuery& query) = 0;  ///< newest first
  /// Makes a new data key under the first master key and reseals every value with it, in one or
  /// more transactions that may be interrupted at any point; readers never see a value that does
  /// not open. The number of values resealed. `between` is called between transactions and may use
  /// this repository, but for another rotation.
  virtual Result<std::size_t> RotateKeys(const AuditEntry& audit,
                                         const std::function<void()>& between) = 0;
  /// From now on these open, and the first wraps new data keys; nothing is written, RotateKeys does
  /// that. Refused, with nothing changed, when a data key that is open now would not open with
  /// them; the message names the master key that is missing or wrong. True when values open that
  /// did not before: what was loaded is to be loaded again. Precondition: not empty.
  virtual Result<bool> SetMasterKeys(std::vector<crypto::MasterKey> master_keys) = 0;
  /// Cheap proof that writing works, for readiness.
  virtual Result<void> Check() = 0;

  // Loading
  // ---------------------------------------------------------------------------------------------------------
  /// Streams all, for the snapshot at start. What has secrets that do not open is given with
  /// `broken` set and no secrets.
  virtual Result<void> ForEachResource(
      const std::function<void(Resource&&, bool broken)>& visit) = 0;
  virtual Result<void> ForEachQuery(const std::function<void(Query&&, bool broken)>& visit) = 0;
  virtual Result<void> ForEachApiKey(const std::function<void(ApiKey&&)>& visit) = 0;
  virtual Result<void> ForEachSession(const std::function<void(Session&&)>& visit) = 0;
  virtual Result<void> ForEachTokenSet(
      const std::function<void(TokenSet&&, bool broken)>& visit) = 0;
};

}  // namespace sallyport::store
