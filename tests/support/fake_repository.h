// A Repository in memory. Passes tests/contract/repository_contract.h.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sallyport/base/clock.h"
#include "sallyport/store/repository.h"

namespace sallyport::test {

/// Like every Repository used by one thread at a time. `clock` must outlive it.
class FakeRepository final : public store::Repository {
 public:
  explicit FakeRepository(const Clock& clock) : clock_(clock) {}

  /// From now on the secrets of this resource do not open, until it is updated.
  void Break(const std::string& slug) { broken_.insert(slug); }
  void BreakQuery(const std::string& resource_slug, const std::string& slug);
  /// From now on these tokens do not open, until they are put again.
  void BreakTokens(std::int64_t resource_id, const store::TokenOwnerId& owner);
  /// New sessions and Check() are refused.
  bool disk_full = false;
  /// Runs before every update of a resource or query: another writer that is faster.
  std::function<void()> before_update;

  Result<store::Page<store::Resource>> ListResources(const store::ListQuery& query) override;
  Result<store::Resource> GetResource(const std::string& slug, store::WithSecrets secrets) override;
  Result<store::Resource> CreateResource(const std::string& slug, store::Document document,
                                         const store::AuditEntry& audit) override;
  Result<store::Resource> UpdateResource(const std::string& slug, const std::string& new_slug,
                                         store::Document document, const store::Precondition& when,
                                         store::KeepTokens keep,
                                         const store::AuditEntry& audit) override;
  Result<void> DeleteResource(const std::string& slug, const store::Precondition& when,
                              const store::AuditEntry& audit) override;

  Result<store::Page<store::Query>> ListQueries(const std::string& resource_slug,
                                                const store::ListQuery& query) override;
  Result<store::Query> GetQuery(const std::string& resource_slug, const std::string& slug,
                                store::WithSecrets secrets) override;
  Result<store::Query> CreateQuery(const std::string& resource_slug, const std::string& slug,
                                   store::Document document,
                                   const store::AuditEntry& audit) override;
  Result<store::Query> UpdateQuery(const std::string& resource_slug, const std::string& slug,
                                   const std::string& new_slug, store::Document document,
                                   const store::Precondition& when,
                                   const store::AuditEntry& audit) override;
  Result<void> DeleteQuery(const std::string& resource_slug, const std::string& slug,
                           const store::Precondition& when,
                           const store::AuditEntry& audit) override;

  Result<store::Page<store::ApiKey>> ListApiKeys(const store::ListQuery& query) override;
  Result<void> CreateApiKey(const store::ApiKey& key, const store::AuditEntry& audit) override;
  Result<std::vector<std::string>> DeleteApiKey(const std::string& id,
                                                const store::AuditEntry& audit) override;
  Result<store::Page<store::Session>> ListSessions(const store::ListQuery& query) override;
  Result<void> CreateSession(const store::Session& session,
                             const store::AuditEntry& audit) override;
  Result<void> DeleteSession(const std::string& id, const store::AuditEntry& audit) override;
  Result<std::vector<std::string>> DeleteExpiredSessions(SystemTime now) override;

  Result<store::TokenSet> PutTokens(store::TokenSet set, const store::Precondition& when,
                                    const std::optional<store::AuditEntry>& audit) override;
  Result<void> DeleteTokens(std::int64_t resource_id, const store::TokenOwnerId& owner,
                            const store::AuditEntry& audit) override;
  Result<store::Page<store::ListedTokenSet>> ListTokenSets(
      const store::ListQuery& query, const store::TokenSetFilter& filter) override;

  Result<store::Page<store::AuditEntry>> ListAudit(const store::ListQuery& query) override;
  Result<std::size_t> RotateKeys(const store::AuditEntry& audit,
                                 const std::function<void()>& between) override;
  Result<bool> SetMasterKeys(std::vector<crypto::MasterKey> /*any will do*/) override {
    return false;
  }
  Result<void> Check() override {
    if (disk_full) return DiskFull();
    return {};
  }

  Result<void> ForEachResource(
      const std::function<void(store::Resource&&, bool broken)>& visit) override;
  Result<void> ForEachQuery(const std::function<void(store::Query&&, bool broken)>& visit) override;
  Result<void> ForEachApiKey(const std::function<void(store::ApiKey&&)>& visit) override;
  Result<void> ForEachSession(const std::function<void(store::Session&&)>& visit) override;
  Result<void> ForEachTokenSet(
      const std::function<void(store::TokenSet&&, bool broken)>& visit) override;

 private:
  static Error DiskFull() {
    return Error(ErrorKind::kStoreUnavailable, ErrorSource::kGateway, "the disk is full");
  }

  using Queries = std::map<std::string, store::Query>;  // by slug
  Result<Queries*> QueriesOf(const std::string& resource_slug);
  void Append(const store::AuditEntry& audit);
  [[nodiscard]] const store::Resource* FindById(std::int64_t resource_id) const;
  [[nodiscard]] bool HasRunOut(const store::TokenOwnerId& owner) const;
  void DropTokensOf(std::int64_t resource_id);
  void DropTokensOfSession(const std::string& session_id);

  const Clock& clock_;
  std::map<std::string, store::Resource> resources_;  // by slug
  std::map<std::int64_t, Queries> queries_;           // by id of the resource
  std::map<std::string, store::ApiKey> api_keys_;     // by id
  std::map<std::string, store::Session> sessions_;    // by id
  std::vector<store::AuditEntry> audit_;              // oldest first
  std::set<std::string> broken_;
  std::set<std::int64_t> broken_queries_;          // ids
  std::map<std::string, store::TokenSet> tokens_;  // by TokenKey
  std::set<std::int64_t> broken_tokens_;           // ids
  std::int64_t next_id_ = 1;
};

}  // namespace sallyport::test
