// Keeps the snapshot up to date with what was committed, and publishes it.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "sallyport/store/repository.h"
#include "sallyport/store/snapshot.h"
#include "sallyport/store/store.h"

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
  explicit SnapshotKeeper(ResourceCompiler compiler) : compiler_(std::move(compiler)) {}

  /// Reads everything; PublishAndThen() hands it out. An error names no secret.
  Result<void> Load(Repository& repository);
  void Subscribe(SnapshotSubscriber subscriber);
  [[nodiscard]] SnapshotPointer current() const;

  void Put(const Resource& resource);
  void EraseResource(const std::string& slug);
  void Put(const ApiKey& key);
  void EraseApiKey(const std::string& id);
  void Put(const Session& session);
  void EraseSession(const std::string& id);

  /// When something was put or erased, gives a new snapshot to all subscribers and calls `then`
  /// once they have adopted it (or dropped it: a shard that is gone holds nobody up). Else calls
  /// `then` at once.
  void PublishAndThen(std::function<void()> then);
  /// Calls every `then` that still waits.
  void FinishAdoptions();

 private:
  [[nodiscard]] std::shared_ptr<const ResourceEntry> Compile(const Resource& resource,
                                                             bool broken) const;

  ResourceCompiler compiler_;
  Snapshot draft_;
  bool changed_ = false;
  std::unordered_map<std::string, std::string> api_key_digests_;  // by id
  std::unordered_map<std::string, std::string> session_digests_;  // by id
  std::vector<SnapshotSubscriber> subscribers_;
  std::vector<std::weak_ptr<Adoption>> waiting_;
  mutable std::mutex mutex_;  // guards current_ and subscribers_
  SnapshotPointer current_;
};

}  // namespace sallyport::store
