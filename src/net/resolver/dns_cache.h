// Remembers what look-ups gave. No threads, no clock of its own.
#pragma once

#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "sallyport/base/clock.h"
#include "sallyport/base/ip_address.h"
#include "sallyport/base/result.h"

namespace sallyport::net {

/// Not thread-safe. The least recently used name goes first when the cache is full.
class DnsCache {
 public:
  using Answer = Result<std::vector<IpAddress>>;

  DnsCache(std::size_t capacity, Milliseconds positive_ttl, Milliseconds negative_ttl)
      : capacity_(capacity), positive_ttl_(positive_ttl), negative_ttl_(negative_ttl) {}

  [[nodiscard]] std::optional<Answer> Find(const std::string& host, SteadyTime now);
  void Store(const std::string& host, Answer answer, SteadyTime now);
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::string host;
    Answer answer;
    SteadyTime expires_at;
  };
  using Entries = std::list<Entry>;  // most recently used first

  void Erase(Entries::iterator entry);

  std::size_t capacity_;
  Milliseconds positive_ttl_;
  Milliseconds negative_ttl_;
  Entries entries_;
  std::unordered_map<std::string, Entries::iterator> by_host_;
};

}  // namespace sallyport::net
