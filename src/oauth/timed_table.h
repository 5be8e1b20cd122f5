// What was handed out under a random value, for a while: found by the value's digest.
#pragma once

#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "sallyport/base/clock.h"
#include "sallyport/crypto/digest.h"

namespace sallyport::oauth {

[[nodiscard]] inline std::string DigestOf(std::string_view value) {
  const auto digest = crypto::Sha256(value);
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

/// All entries live equally long, so the oldest is always the first to go. Not thread-safe.
template <typename T>
class TimedTable {
 public:
  TimedTable(const Clock& clock, SteadyTime::duration lifetime, std::size_t capacity)
      : clock_(clock), lifetime_(lifetime), capacity_(capacity) {}

  void Put(std::string_view value, T item) {
    const SteadyTime now = clock_.Steady();
    while (!entries_.empty() &&
           (entries_.size() >= capacity_ || entries_.front().expires_at <= now)) {
      Erase(entries_.begin());
    }
    entries_.push_back({DigestOf(value), now + lifetime_, std::move(item)});
    index_[entries_.back().digest] = std::prev(entries_.end());
  }

  /// Null when it is unknown or old. The digest is compared, not the value: how long that takes
  /// tells nothing of use.
  [[nodiscard]] const T* Find(std::string_view value) const {
    const auto found = index_.find(DigestOf(value));
    if (found == index_.end() || found->second->expires_at <= clock_.Steady()) return nullptr;
    return &found->second->item;
  }

  std::optional<T> Take(std::string_view value) {
    if (Find(value) == nullptr) return std::nullopt;
    const auto entry = index_.find(DigestOf(value))->second;
    std::optional<T> item(std::move(entry->item));
    Erase(entry);
    return item;
  }

  template <typename Predicate>
  void EraseIf(Predicate holds) {
    for (auto entry = entries_.begin(); entry != entries_.end();) {
      const auto next = std::next(entry);
      if (holds(entry->item)) Erase(entry);
      entry = next;
    }
  }

 private:
  struct Entry {
    std::string digest;
    SteadyTime expires_at;
    T item;
  };
  using Entries = std::list<Entry>;

  void Erase(typename Entries::iterator entry) {
    index_.erase(entry->digest);
    entries_.erase(entry);
  }

  const Clock& clock_;
  SteadyTime::duration lifetime_;
  std::size_t capacity_;
  Entries entries_;  ///< oldest first
  std::unordered_map<std::string, typename Entries::iterator> index_;
};

}  // namespace sallyport::oauth
