// Names to addresses, on a small pool of threads (getaddrinfo blocks), with a time limit and a
// cache.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sallyport/async/task.h"
#include "sallyport/base/clock.h"
#include "sallyport/base/ip_address.h"
#include "sallyport/base/result.h"

namespace sallyport::net {

struct ResolverOptions {
  int threads = 4;
  Milliseconds positive_ttl{30000};  ///< getaddrinfo tells no TTL
  Milliseconds negative_ttl{2000};
  std::size_t cache_entries = 4096;
  std::size_t queue = 1024;  ///< waiting look-ups; more fail with dns_failed
};

/// Shared by all shards; thread-safe. Waiting look-ups of one name share one query. A literal
/// address (IPv6 with or without brackets) never leaves the caller's thread. What only looks like a
/// number ("127.1", "0x7f.1", "2130706433") is refused, never asked: getaddrinfo would make an
/// address of it. A look-up that hangs delays no other name for long: its thread gets a stand-in.
/// Destroy it before the io_contexts of the shards.
class Resolver {
 public:
  /// The blocking look-up, injectable for tests. Errors: dns_failed.
  using Lookup = std::function<Result<std::vector<IpAddress>>(const std::string& host)>;
  static Lookup SystemLookup();

  Resolver(ResolverOptions options, Lookup lookup, const Clock& clock);
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  /// Resumes on the awaiting shard. All addresses, in the system's order. Errors: dns_failed,
  /// connect_timeout ("dns").
  Task<Result<std::vector<IpAddress>>> Resolve(std::string host, Milliseconds limit);

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace sallyport::net
