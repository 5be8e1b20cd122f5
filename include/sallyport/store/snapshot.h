// An immutable view of everything a request needs, shared by all shards. Built on the store thread,
// never changed.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "sallyport/store/model.h"

namespace sallyport::store {

/// A map that is copied by bucket: With()/Without() share all buckets but one with the old map, so
/// that one change among 100,000 entries copies some hundred pointers.
template <typename Value>
class SharedMap {
 public:
  using Pointer = std::shared_ptr<const Value>;

  [[nodiscard]] Pointer Find(std::string_view key) const {
    const Bucket* bucket = buckets_[IndexOf(key)].get();
    if (bucket == nullptr) return nullptr;
    const auto found = bucket->find(std::string(key));
    return found == bucket->end() ? nullptr : found->second;
  }
  void Put(const std::string& key, Pointer value) {
    auto& slot = buckets_[IndexOf(key)];
    auto copy = slot ? std::make_shared<Bucket>(*slot) : std::make_shared<Bucket>();
    size_ -= copy->count(key);
    (*copy)[key] = std::move(value);
    ++size_;
    slot = std::move(copy);
  }
  void Erase(const std::string& key) {
    auto& slot = buckets_[IndexOf(key)];
    if (!slot || slot->count(key) == 0) return;
    auto copy = std::make_shared<Bucket>(*slot);
    copy->erase(key);
    --size_;
    slot = std::move(copy);
  }
  [[nodiscard]] std::size_t size() const { return size_; }
  template <typename Visit>
  void ForEach(Visit&& visit) const {
    for (const auto& bucket : buckets_) {
      if (!bucket) continue;
      for (const auto& [key, value] : *bucket) visit(key, value);
    }
  }

 private:
  using Bucket = std::unordered_map<std::string, Pointer>;
  static constexpr std::size_t kBuckets = 1024;
  static std::size_t IndexOf(std::string_view key) {
    return std::hash<std::string_view>{}(key) % kBuckets;
  }

  std::array<std::shared_ptr<const Bucket>, kBuckets> buckets_{};
  std::size_t size_ = 0;
};

/// What the request layer makes of a stored resource (URLs split, static header block ready,
/// credential opened). The store carries it without knowing it.
class Prepared {
 public:
  virtual ~Prepared() = default;
};

/// Injected into the store: compiles a stored resource, secrets included. Pure; called on the store
/// thread.
using ResourceCompiler = std::function<std::shared_ptr<const Prepared>(const Resource&)>;

struct ResourceEntry {
  std::int64_t id = 0;
  std::int64_t version = 0;
  std::string slug;
  bool broken = false;  ///< its secrets do not open: calls are refused, /api/v1/status names it
  std::shared_ptr<const Prepared> prepared;
};

struct Snapshot {
  std::uint64_t generation = 0;
  SharedMap<ResourceEntry> resources;  ///< by slug
  SharedMap<ApiKey> api_keys;          ///< by token digest (32 raw bytes as a string)
  SharedMap<Session> sessions;         ///< by token digest
};

using SnapshotPointer = std::shared_ptr<const Snapshot>;

}  // namespace sallyport::store
