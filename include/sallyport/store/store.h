// The store thread: owns the repository, runs every call on it in order, keeps the snapshot and
// publishes it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sallyport/async/task.h"
#include "sallyport/base/clock.h"
#include "sallyport/base/result.h"
#include "sallyport/store/repository.h"
#include "sallyport/store/snapshot.h"

namespace sallyport::store {

/// Hands a new snapshot to one shard; calls `adopted` (on any thread) once that shard uses it.
using SnapshotSubscriber =
    std::function<void(SnapshotPointer snapshot, std::function<void()> adopted)>;

/// Told of sessions that ran out and were removed, on the store thread. `before` is the snapshot
/// that still has them and their token sets.
using SessionsPurged =
    std::function<void(const SnapshotPointer& before, const std::vector<std::string>& ids)>;

/// Awaitable front of the repository. All Task members may be awaited on any shard and resume
/// there. A write is answered only after every subscriber has adopted the snapshot that holds it,
/// so a caller reads its own write on any shard.
class Store {
 public:
  /// Loads the first snapshot on the calling thread, then starts the thread. Throws
  /// std::runtime_error when loading fails.
  Store(std::unique_ptr<Repository> repository, ResourceCompiler resource_compiler,
        QueryCompiler query_compiler, const Clock& clock);
  /// Finishes the queued work, then joins.
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  /// Before the shards run.
  void Subscribe(SnapshotSubscriber subscriber);
  /// Any thread; one at most. The hook must be callable for as long as the store lives.
  void OnSessionsPurged(SessionsPurged hook);
  /// Any thread.
  [[nodiscard]] SnapshotPointer snapshot() const;

  Task<Result<Page<Resource>>> ListResources(ListQuery query);
  Task<Result<Resource>> GetResource(std::string slug, WithSecrets secrets);
  Task<Result<Resource>> CreateResource(std::string slug, Document document, AuditEntry audit);
  Task<Result<Resource>> UpdateResource(std::string slug, std::string new_slug, Document document,
                                        Precondition when, KeepTokens keep, AuditEntry audit);
  /// And its queries and token sets.
  Task<Result<void>> DeleteResource(std::string slug, Precondition when, AuditEntry audit);
  Task<Result<Page<Query>>> ListQueries(std::string resource_slug, ListQuery query);
  Task<Result<Query>> GetQuery(std::string resource_slug, std::string slug, WithSecrets secrets);
  Task<Result<Query>> CreateQuery(std::string resource_slug, std::string slug, Document document,
                                  AuditEntry audit);
  Task<Result<Query>> UpdateQuery(std::string resource_slug, std::string slug, std::string new_slug,
                                  Document document, Precondition when, AuditEntry audit);
  Task<Result<void>> DeleteQuery(std::string resource_slug, std::string slug, Precondition when,
                                 AuditEntry audit);
  Task<Result<Page<ApiKey>>> ListApiKeys(ListQuery query);
  Task<Result<void>> CreateApiKey(ApiKey key, AuditEntry audit);
  /// And the sessions that it made.
  Task<Result<void>> DeleteApiKey(std::string id, AuditEntry audit);
  Task<Result<Page<Session>>> ListSessions(ListQuery query);
  Task<Result<void>> CreateSession(Session session, AuditEntry audit);
  Task<Result<void>> DeleteSession(std::string id, AuditEntry audit);
  /// Once it is answered every shard uses the new tokens. The tokens are in the answer, too.
  Task<Result<TokenSet>> PutTokens(TokenSet set, Precondition when,
                                   std::optional<AuditEntry> audit);
  Task<Result<void>> DeleteTokens(std::int64_t resource_id, TokenOwnerId owner, AuditEntry audit);
  Task<Result<Page<ListedTokenSet>>> ListTokenSets(ListQuery query, TokenSetFilter filter);
  Task<Result<Page<AuditEntry>>> ListAudit(ListQuery query);
  /// Other calls are served meanwhile; conflict when a rotation runs already.
  Task<Result<std::size_t>> RotateKeys(AuditEntry audit);
  /// What opens only now is whole again in the snapshot.
  Task<Result<void>> SetMasterKeys(std::vector<crypto::MasterKey> master_keys);
  /// Does writing work? An answer stands for a second; a call that the disk failed is one, too.
  Task<Result<void>> Check();
  /// Any thread. Calls that the disk has failed so far: when it has grown, a check from before says
  /// nothing any more.
  [[nodiscard]] std::uint64_t failures() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sallyport::store
