// A map whose copies share what they have in common.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport::store {

/// Copied by bucket: a copy shares all buckets with the original, and Put()/Erase() replace one. A
/// change among 100,000 entries copies some hundred pointers. Copies may be read from many threads;
/// one object must not be changed while it is read.
template <typename Value>
class SharedMap {
 public:
  using Pointer = std::shared_ptr<const Value>;

 private:
  struct Entry {
    std::string key;
    Pointer value;
  };
  struct Slot {
    std::size_t hash;
    std::shared_ptr<const Entry> entry;
  };
  using Bucket = std::vector<Slot>;  ///< sorted by hash
  static constexpr std::size_t kBuckets = 1024;

 public:
  /// Null when there is none. Allocates nothing.
  [[nodiscard]] Pointer Find(std::string_view key) const {
    const std::size_t hash = HashOf(key);
    const Bucket* bucket = buckets_[hash % kBuckets].get();
    if (bucket == nullptr) return nullptr;
    const auto found = Locate(*bucket, hash, key);
    return found == bucket->end() ? nullptr : found->entry->value;
  }

  void Put(const std::string& key, Pointer value) {
    const std::size_t hash = HashOf(key);
    std::shared_ptr<const Bucket>& bucket = buckets_[hash % kBuckets];
    auto copy = bucket ? std::make_shared<Bucket>(*bucket) : std::make_shared<Bucket>();
    const auto found = Locate(*copy, hash, key);
    Slot slot{hash, std::make_shared<const Entry>(Entry{key, std::move(value)})};
    if (found == copy->end()) {
      copy->insert(std::upper_bound(copy->begin(), copy->end(), slot, BySlotHash), std::move(slot));
      ++size_;
    } else {
      (*copy)[static_cast<std::size_t>(found - copy->begin())] = std::move(slot);
    }
    bucket = std::move(copy);
  }

  void Erase(const std::string& key) {
    const std::size_t hash = HashOf(key);
    std::shared_ptr<const Bucket>& bucket = buckets_[hash % kBuckets];
    if (!bucket) return;
    const auto found = Locate(*bucket, hash, key);
    if (found == bucket->end()) return;
    auto copy = std::make_shared<Bucket>(*bucket);
    copy->erase(copy->begin() + (found - bucket->begin()));
    --size_;
    bucket = std::move(copy);
  }

  [[nodiscard]] std::size_t size() const { return size_; }

  /// `visit(const std::string& key, const Pointer& value)`, in no particular order.
  template <typename Visit>
  void ForEach(Visit&& visit) const {
    for (const auto& bucket : buckets_) {
      if (!bucket) continue;
      for (const Slot& slot : *bucket) visit(slot.entry->key, slot.entry->value);
    }
  }

  /// Fills a map at once, without a copy for every entry.
  class Builder {
   public:
    /// Precondition: every key is given once.
    void Add(std::string key, Pointer value) {
      const std::size_t hash = HashOf(key);
      buckets_[hash % kBuckets].push_back(
          {hash, std::make_shared<const Entry>(Entry{std::move(key), std::move(value)})});
      ++size_;
    }
    [[nodiscard]] SharedMap Build() && {
      SharedMap map;
      for (std::size_t i = 0; i < kBuckets; ++i) {
        if (buckets_[i].empty()) continue;
        std::sort(buckets_[i].begin(), buckets_[i].end(), BySlotHash);
        map.buckets_[i] = std::make_shared<const Bucket>(std::move(buckets_[i]));
      }
      map.size_ = size_;
      return map;
    }

   private:
    std::vector<Bucket> buckets_{kBuckets};
    std::size_t size_ = 0;
  };

 private:
  static std::size_t HashOf(std::string_view key) { return std::hash<std::string_view>{}(key); }
  static bool BySlotHash(const Slot& a, const Slot& b) { return a.hash < b.hash; }
  static auto Locate(const Bucket& bucket, std::size_t hash, std::string_view key) {
    auto slot = std::lower_bound(bucket.begin(), bucket.end(), hash,
                                 [](const Slot& s, std::size_t wanted) { return s.hash < wanted; });
    while (slot != bucket.end() && slot->hash == hash && slot->entry->key != key) ++slot;
    return slot != bucket.end() && slot->hash == hash ? slot : bucket.end();
  }

  std::array<std::shared_ptr<const Bucket>, kBuckets> buckets_{};
  std::size_t size_ = 0;
};

}  // namespace sallyport::store
