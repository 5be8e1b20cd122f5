#include "store/sqlite/sqlite_repository.h"

#include "store/sqlite/key_rotation.h"

namespace sallyport::store::sqlite {
namespace {

/// One transaction; nothing of it on an error.
template <typename Change>
auto Write(Connection& connection, const Change& change) -> decltype(change()) {
  Transaction transaction(connection);
  Result<void> done = transaction.Begin();
  if (!done) return done.error();
  auto changed = change();
  if (!changed) return changed;
  done = transaction.Commit();
  if (!done) return done.error();
  return changed;
}

/// Change and audit entry in one transaction.
template <typename Change>
auto Write(Connection& connection, AuditTable& table, const AuditEntry& audit, const Change& change)
    -> decltype(change()) {
  return Write(connection, [&]() -> decltype(change()) {
    auto changed = change();
    if (!changed) return changed;
    Result<void> noted = table.Append(audit);
    if (!noted) return noted.error();
    return changed;
  });
}

}  // namespace

SqliteRepository::SqliteRepository(std::unique_ptr<Connection> connection, crypto::Keyring keyring,
                                   const Clock& clock)
    : connection_(std::move(connection)),
      keyring_(std::move(keyring)),
      clock_(clock),
      resources_(*connection_, keyring_, clock),
      queries_(*connection_, keyring_, clock, resources_),
      api_keys_(*connection_),
      sessions_(*connection_),
      tokens_(*connection_, keyring_, clock),
      audit_(*connection_) {}

Result<Page<Resource>> SqliteRepository::ListResources(const ListQuery& query) {
  return resources_.List(query);
}

Result<Resource> SqliteRepository::GetResource(const std::string& slug, WithSecrets secrets) {
  return resources_.Get(slug, secrets);
}

Result<Resource> SqliteRepository::CreateResource(const std::string& slug, Document document,
                                                  const AuditEntry& audit) {
  return Write(*connection_, audit_, audit,
               [&] { return resources_.Create(slug, std::move(document)); });
}

Result<Resource> SqliteRepository::UpdateResource(const std::string& slug,
                                                  const std::string& new_slug, Document document,
                                                  const Precondition& when, KeepTokens keep,
                                                  const AuditEntry& audit) {
  return Write(*connection_, audit_, audit, [&] {
    Result<Resource> updated = resources_.Update(slug, new_slug, std::move(document), when);
    if (!updated || keep == KeepTokens::kYes) return updated;
    Result<void> dropped = tokens_.DeleteOf(updated->id);
    return dropped ? std::move(updated) : Result<Resource>(dropped.error());
  });
}

Result<void> SqliteRepository::DeleteResource(const std::string& slug, const Precondition& when,
                                              const AuditEntry& audit) {
  return Write(*connection_, audit_, audit, [&] { return resources_.Delete(slug, when); });
}

Result<Page<Query>> SqliteRepository::ListQueries(const std::string& resource_slug,
                                                  const ListQuery& query) {
  return queries_.List(resource_slug, query);
}

Result<Query> SqliteRepository::GetQuery(const std::string& resource_slug, const std::string& slug,
                                         WithSecrets secrets) {
  return queries_.Get(resource_slug, slug, secrets);
}

Result<Query> SqliteRepository::CreateQuery(const std::string& resource_slug,
                                            const std::string& slug, Document document,
                                            const AuditEntry& audit) {
  return Write(*connection_, audit_, audit,
               [&] { return queries_.Create(resource_slug, slug, std::move(document)); });
}

Result<Query> SqliteRepository::UpdateQuery(const std::string& resource_slug,
                                            const std::string& slug, const std::string& new_slug,
                                            Document document, const Precondition& when,
                                            const AuditEntry& audit) {
  return Write(*connection_, audit_, audit, [&] {
    return queries_.Update(resource_slug, slug, new_slug, std::move(document), when);
  });
}

Result<void> SqliteRepository::DeleteQuery(const std::string& resource_slug,
                                           const std::string& slug, const Precondition& when,
                                           const AuditEntry& audit) {
  return Write(*connection_, audit_, audit,
               [&] { return queries_.Delete(resource_slug, slug, when); });
}

Result<Page<ApiKey>> SqliteRepository::ListApiKeys(const ListQuery& query) {
  return api_keys_.List(query);
}

Result<void> SqliteRepository::CreateApiKey(const ApiKey& key, const AuditEntry& audit) {
  return Write(*connection_, audit_, audit, [&] { return api_keys_.Create(key); });
}

Result<std::vector<std::string>> SqliteRepository::DeleteApiKey(const std::string& id,
                                                                const AuditEntry& audit) {
  AuditEntry entry = audit;
  const auto change = [&]() -> Result<std::vector<std::string>> {
    Result<void> deleted = api_keys_.Delete(id);
    if (!deleted) return deleted.error();
    Result<std::vector<std::string>> ended = sessions_.DeleteCreatedBy(id);
    if (ended && !ended->empty()) entry.change["ended_sessions"] = *ended;
    return ended;
  };
  return Write(*connection_, audit_, entry, change);
}

Result<Page<Session>> SqliteRepository::ListSessions(const ListQuery& query) {
  return sessions_.List(query, clock_.Now());
}

Result<void> SqliteRepository::CreateSession(const Session& session, const AuditEntry& audit) {
  return Write(*connection_, audit_, audit, [&] { return sessions_.Create(session); });
}

Result<void> SqliteRepository::DeleteSession(const std::string& id, const AuditEntry& audit) {
  return Write(*connection_, audit_, audit, [&] { return sessions_.Delete(id); });
}

Result<std::vector<std::string>> SqliteRepository::DeleteExpiredSessions(SystemTime now) {
  Transaction transaction(*connection_);
  Result<void> done = transaction.Begin();
  if (!done) return done.error();
  Result<std::vector<std::string>> ids = sessions_.DeleteExpired(now);
  if (!ids || ids->empty()) return ids;  // nothing to commit
  done = transaction.Commit();
  if (!done) return done.error();
  return ids;
}

Result<TokenSet> SqliteRepository::PutTokens(TokenSet set, const Precondition& when,
                                             const std::optional<AuditEntry>& audit) {
  const auto change = [&] { return tokens_.Put(std::move(set), when); };
  return audit ? Write(*connection_, audit_, *audit, change) : Write(*connection_, change);
}

Result<void> SqliteRepository::DeleteTokens(std::int64_t resource_id, const TokenOwnerId& owner,
                                            const AuditEntry& audit) {
  return Write(*connection_, audit_, audit, [&] { return tokens_.Delete(resource_id, owner); });
}

Result<Page<ListedTokenSet>> SqliteRepository::ListTokenSets(const ListQuery& query,
                                                             const TokenSetFilter& filter) {
  return tokens_.List(query, filter);
}

Result<Page<AuditEntry>> SqliteRepository::ListAudit(const ListQuery& query) {
  return audit_.List(query);
}

Result<std::size_t> SqliteRepository::RotateKeys(const AuditEntry& audit,
                                                 const std::function<void()>& between) {
  return KeyRotation(*connection_, keyring_, audit_, clock_).Run(audit, between);
}

Result<bool> SqliteRepository::SetMasterKeys(std::vector<crypto::MasterKey> master_keys) {
  crypto::Keyring next(std::move(master_keys));
  Result<void> loaded = DataKeyTable(*connection_).LoadInto(next, keyring_);
  if (!loaded) return loaded.error();
  const bool more_opens = next.size() > keyring_.size();
  keyring_ = std::move(next);
  return more_opens;
}

Result<void> SqliteRepository::Check() { return connection_->CommitNothing(); }

Result<void> SqliteRepository::ForEachResource(
    const std::function<void(Resource&&, bool broken)>& visit) {
  return resources_.ForEach(visit);
}

Result<void> SqliteRepository::ForEachQuery(
    const std::function<void(Query&&, bool broken)>& visit) {
  return queries_.ForEach(visit);
}

Result<void> SqliteRepository::ForEachApiKey(const std::function<void(ApiKey&&)>& visit) {
  return api_keys_.ForEach(visit);
}

Result<void> SqliteRepository::ForEachSession(const std::function<void(Session&&)>& visit) {
  return sessions_.ForEach(visit);
}

Result<void> SqliteRepository::ForEachTokenSet(
    const std::function<void(TokenSet&&, bool broken)>& visit) {
  return tokens_.ForEach(visit);
}

}  // namespace sallyport::store::sqlite
