// The Repository on SQLite: every write is one transaction of change and audit entry.
#pragma once

#include <memory>

#include "sallyport/crypto/keyring.h"
#include "sallyport/store/repository.h"
#include "store/sqlite/audit_table.h"
#include "store/sqlite/caller_tables.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/query_table.h"
#include "store/sqlite/resource_table.h"
#include "store/sqlite/token_table.h"

namespace sallyport::store::sqlite {

class SqliteRepository final : public Repository {
 public:
  /// `keyring` holds the stored data keys already; its active one seals.
  SqliteRepository(std::unique_ptr<Connection> connection, crypto::Keyring keyring,
                   const Clock& clock);

  Result<Page<Resource>> ListResources(const ListQuery& query) override;
  Result<Resource> GetResource(const std::string& slug, WithSecrets secrets) override;
  Result<Resource> CreateResource(const std::string& slug, Document document,
                                  const AuditEntry& audit) override;
  Result<Resource> UpdateResource(const std::string& slug, const std::string& new_slug,
                                  Document document, const Precondition& when, KeepTokens keep,
                                  const AuditEntry& audit) override;
  Result<void> DeleteResource(const std::string& slug, const Precondition& when,
                              const AuditEntry& audit) override;
  Result<Page<Query>> ListQueries(const std::string& resource_slug,
                                  const ListQuery& query) override;
  Result<Query> GetQuery(const std::string& resource_slug, const std::string& slug,
                         WithSecrets secrets) override;
  Result<Query> CreateQuery(const std::string& resource_slug, const std::string& slug,
                            Document document, const AuditEntry& audit) override;
  Result<Query> UpdateQuery(const std::string& resource_slug, const std::string& slug,
                            const std::string& new_slug, Document document,
                            const Precondition& when, const AuditEntry& audit) override;
  Result<void> DeleteQuery(const std::string& resource_slug, const std::string& slug,
                           const Precondition& when, const AuditEntry& audit) override;
  Result<Page<ApiKey>> ListApiKeys(const ListQuery& query) override;
  Result<void> CreateApiKey(const ApiKey& key, const AuditEntry& audit) override;
  Result<std::vector<std::string>> DeleteApiKey(const std::string& id,
                                                const AuditEntry& audit) override;
  Result<Page<Session>> ListSessions(const ListQuery& query) override;
  Result<void> CreateSession(const Session& session, const AuditEntry& audit) override;
  Result<void> DeleteSession(const std::string& id, const AuditEntry& audit) override;
  Result<std::vector<std::string>> DeleteExpiredSessions(SystemTime now) override;
  Result<TokenSet> PutTokens(TokenSet set, const Precondition& when,
                             const std::optional<AuditEntry>& audit) override;
  Result<void> DeleteTokens(std::int64_t resource_id, const TokenOwnerId& owner,
                            const AuditEntry& audit) override;
  Result<Page<ListedTokenSet>> ListTokenSets(const ListQuery& query,
                                             const TokenSetFilter& filter) override;
  Result<Page<AuditEntry>> ListAudit(const ListQuery& query) override;
  Result<std::size_t> RotateKeys(const AuditEntry& audit,
                                 const std::function<void()>& between) override;
  Result<bool> SetMasterKeys(std::vector<crypto::MasterKey> master_keys) override;
  Result<void> Check() override;
  Result<void> ForEachResource(const std::function<void(Resource&&, bool broken)>& visit) override;
  Result<void> ForEachQuery(const std::function<void(Query&&, bool broken)>& visit) override;
  Result<void> ForEachApiKey(const std::function<void(ApiKey&&)>& visit) override;
  Result<void> ForEachSession(const std::function<void(Session&&)>& visit) override;
  Result<void> ForEachTokenSet(const std::function<void(TokenSet&&, bool broken)>& visit) override;

 private:
  std::unique_ptr<Connection> connection_;
  crypto::Keyring keyring_;
  const Clock& clock_;
  ResourceTable resources_;
  QueryTable queries_;
  ApiKeyTable api_keys_;
  SessionTable sessions_;
  TokenTable tokens_;
  AuditTable audit_;
};

}  // namespace sallyport::store::sqlite
