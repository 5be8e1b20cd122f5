// Which idle connection serves the next call. Knows no sockets and no clock.
#pragma once

#include <cstddef>
#include <deque>
#include <iterator>
#include <optional>
#include <unordered_map>
#include <utility>

#include "net/client/destination_hash.h"
#include "sallyport/base/clock.h"

namespace sallyport::net {

struct PoolLimits {
  Milliseconds idle_target{30000};   ///< older ones are not handed out
  std::size_t idle_per_origin = 64;  ///< per destination; the oldest goes first
};

/// Idle connections by destination, last in first out: the warmest is used, the rest age and go.
/// What the pool drops dies by the destructor of `T`. Not thread-safe.
template <typename T>
class Pool {
 public:
  explicit Pool(PoolLimits limits) : limits_(limits) {}

  void SetLimits(PoolLimits limits) { limits_ = limits; }

  /// Takes the youngest idle connection out; drops those that are too old.
  std::optional<T> Take(const Destination& destination, SteadyTime now) {
    const auto found = idle_.find(destination);
    if (found == idle_.end()) return std::nullopt;
    DropExpired(found->second, now);
    if (found->second.empty()) return std::nullopt;
    T taken = std::move(found->second.back().value);
    found->second.pop_back();
    --size_;
    return taken;
  }

  void Put(const Destination& destination, T value, SteadyTime now) {
    if (limits_.idle_per_origin == 0) return;
    Bucket& bucket = idle_[destination];
    while (bucket.size() >= limits_.idle_per_origin) DropOldest(bucket);
    bucket.push_back(Entry{std::move(value), now});
    ++size_;
  }

  /// Drops what is too old, and destinations without connections.
  void Sweep(SteadyTime now) {
    for (auto& entry : idle_) DropExpired(entry.second, now);
    std::erase_if(idle_, [](const auto& entry) { return entry.second.empty(); });
  }

  /// Drops every connection for which `condemned(destination, value)` holds.
  template <typename Condemned>
  void RemoveIf(Condemned condemned) {
    for (auto& idle : idle_) {
      const Destination& destination = idle.first;
      size_ -= std::erase_if(
          idle.second, [&](const Entry& entry) { return condemned(destination, entry.value); });
    }
  }

  void Clear() {
    idle_.clear();
    size_ = 0;
  }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  struct Entry {
    T value;
    SteadyTime since;
  };
  using Bucket = std::deque<Entry>;  // oldest in front

  void DropExpired(Bucket& bucket, SteadyTime now) {
    while (!bucket.empty() && now - bucket.front().since >= limits_.idle_target) {
      DropOldest(bucket);
    }
  }
  void DropOldest(Bucket& bucket) {
    bucket.pop_front();
    --size_;
  }

  PoolLimits limits_;
  std::unordered_map<Destination, Bucket, DestinationHash, DestinationEqual> idle_;
  std::size_t size_ = 0;
};

}  // namespace sallyport::net
