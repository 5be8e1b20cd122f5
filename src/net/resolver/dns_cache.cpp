#include "net/resolver/dns_cache.h"

#include <iterator>

namespace sallyport::net {

std::optional<DnsCache::Answer> DnsCache::Find(const std::string& host, SteadyTime now) {
  const auto found = by_host_.find(host);
  if (found == by_host_.end()) return std::nullopt;
  const Entries::iterator entry = found->second;
  if (entry->expires_at <= now) {
    Erase(entry);
    return std::nullopt;
  }
  entries_.splice(entries_.begin(), entries_, entry);
  return entry->answer;
}

void DnsCache::Store(const std::string& host, Answer answer, SteadyTime now) {
  if (capacity_ == 0) return;
  const auto found = by_host_.find(host);
  if (found != by_host_.end()) Erase(found->second);
  if (entries_.size() >= capacity_) Erase(std::prev(entries_.end()));
  const Milliseconds ttl = answer ? positive_ttl_ : negative_ttl_;
  entries_.push_front(Entry{host, std::move(answer), now + ttl});
  by_host_[host] = entries_.begin();
}

void DnsCache::Erase(Entries::iterator entry) {
  by_host_.erase(entry->host);
  entries_.erase(entry);
}

}  // namespace sallyport::net
