// Keeps the snapshot up to date with what was committed, and publishes it.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "sallyport/store/repository.h"
#include "sallyport/store/snapshot.h"
#include "sallyport/store/store.h"
#include "store/token_keeper.h"

namespace sallyport::store {

/// Calls `then` once: when the last share is given back, or when it is finished by force.
class Adoption {
 public:
  explicit Adoption(std::function<void()> then) : then_(std::move(then)) {}
  Adoption(const Adoption&) = delete;
  Adoption& operator=(const Adoption&) = delete;
  ~Adoption() { Finish(); }
  void Finish() {
    if (!finished_.exchange(true)) then_();
  }

 private:
  std::function<void()> then_;
  std::atomic<bool> finished_{false};
};

/// Changed by the store thread only; `current` from any thread.
class SnapshotKeeper {
 public:
  SnapshotKeeper(ResourceCompiler resource_compiler, QueryCompiler query_compiler)
      : resource_compiler_(std::move(resource_compiler)),
        query_compiler_(std::move(query_compiler)) {}

  /// Reads everything; PublishAndThen() hands it out. An error names no secret.
  Result<void> Load(Repository& repository);
  void Subscribe(SnapshotSubscriber subscriber);
  [[nodiscard]] SnapshotPointer current() const;

  void Put(const Resource& resource);
  /// A resource that has another slug now; its queries stay.
  void Rename(const std::string& old_slug, const Resource& resource);
  /// With its queries and token sets.
  void EraseResource(const std::string& slug);
  void Put(const Query& query);
  void Rename(const std::string& old_slug, const Query& query);
  void EraseQuery(const std::string& resource_slug, const std::string& slug);
  void Put(const ApiKey& key);
  void EraseApiKey(const std::string& id);
  void Put(const Session& session);
  /// With its token sets.
  void EraseSession(const std::string& id);
  void Put(TokenSet set);
  void EraseTokens(std::int64_t resource_id, const TokenOwnerId& owner);
  void EraseTokensOf(std::int64_t resource_id);

  /// When something was put or erased, gives a new snapshot to all subscribers and calls `then`
  /// once they have adopted it (or dropped it: a shard that is gone holds nobody up). Else calls
  /// `then` at once.
  void PublishAndThen(std::function<void()> then);
  /// Calls every `then` that still waits.
  void FinishAdoptions();

 private:
  [[nodiscard]] std::shared_ptr<const ResourceEntry> Compile(const Resource& resource,
                                                             bool broken) const;
  [[nodiscard]] std::shared_ptr<const QueryEntry> Compile(const Query& query, bool broken) const;
  Result<void> LoadResources(Repository& repository);
  Result<void> LoadQueries(Repository& repository);
  void EraseQuery(std::int64_t resource_id, const std::string& slug);

  ResourceCompiler resource_compiler_;
  QueryCompiler query_compiler_;
  Snapshot draft_;
  TokenKeeper tokens_{draft_};
  bool changed_ = false;
  std::unordered_map<std::int64_t, std::set<std::string>> query_slugs_;  // by id of the resource
  std::unordered_map<std::string, std::string> api_key_digests_;         // by id
  std::unordered_map<std::string, std::string> session_digests_;         // by id
  std::vector<SnapshotSubscriber> subscribers_;
  std::vector<std::weak_ptr<Adoption>> waiting_;
  mutable std::mutex mutex_;  // guards current_ and subscribers_
  SnapshotPointer current_;
};

}  // namespace sallyport::store
