// Runs blocking look-ups on threads of their own: one per name at a time, with a cache in front.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "net/resolver/dns_cache.h"
#include "sallyport/net/resolver.h"

namespace sallyport::net {

/// One coroutine that waits for an answer. Everything but `executor` belongs to its shard.
struct LookupWaiter {
  explicit LookupWaiter(const boost::asio::any_io_executor& shard) : executor(shard), wake(shard) {}
  boost::asio::any_io_executor executor;
  boost::asio::steady_timer wake;
  std::optional<DnsCache::Answer> answer;
};
using LookupWaiterPointer = std::shared_ptr<LookupWaiter>;

/// Thread-safe. Threads start when they are needed. A look-up that hangs keeps its thread (it
/// cannot be stopped), so a thread that has been busy for longer than kStalledAfter gets a
/// stand-in; at most kMaxThreads in all.
class LookupPool : public std::enable_shared_from_this<LookupPool> {
 public:
  static constexpr Milliseconds kStalledAfter{1000};
  static constexpr std::size_t kMaxThreads = 64;

  LookupPool(ResolverOptions options, Resolver::Lookup lookup, const Clock& clock);

  /// The answer if it is known, dns_failed if the queue is full, else the waiter that gets it.
  [[nodiscard]] std::variant<DnsCache::Answer, LookupWaiterPointer> Enter(
      const std::string& host, const boost::asio::any_io_executor& executor);
  /// The waiter no longer wants an answer: none is posted to it after this returns.
  void Leave(const std::string& host, const LookupWaiterPointer& waiter);
  /// Starts a stand-in if look-ups wait behind stalled ones.
  void RelieveStalled();
  /// No answer is posted, no waiter is held and `clock` is not used after this returns; threads end
  /// when they can.
  void Stop();

 private:
  struct Query {
    std::string host;
    std::vector<LookupWaiterPointer> waiters;
    std::optional<SteadyTime> started;
  };
  using QueryPointer = std::shared_ptr<Query>;

  void StartThreadIfUseful();
  void Work(std::unique_lock<std::mutex>& lock);
  QueryPointer NextQuery();
  void Finish(const QueryPointer& query, const DnsCache::Answer& answer);
  [[nodiscard]] std::size_t StalledCount() const;

  const ResolverOptions options_;
  const Resolver::Lookup lookup_;
  const Clock& clock_;

  std::mutex mutex_;
  std::condition_variable work_;
  bool stopping_ = false;
  std::size_t threads_ = 0;
  std::size_t idle_threads_ = 0;
  std::deque<QueryPointer> queue_;
  std::unordered_map<std::string, QueryPointer> pending_;  // queued or running
  DnsCache cache_;
};

}  // namespace sallyport::net
