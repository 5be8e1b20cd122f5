#include "net/resolver/lookup_pool.h"

#include <algorithm>
#include <exception>
#include <system_error>
#include <thread>
#include <utility>

#include <boost/asio/post.hpp>

namespace sallyport::net {
namespace {

Error QueueFull(const std::string& host) {
  return Error(ErrorKind::kDnsFailed, ErrorSource::kGateway,
               "cannot resolve " + host + ": too many look-ups are waiting");
}

DnsCache::Answer CallLookup(const Resolver::Lookup& lookup, const std::string& host) {
  try {
    return lookup(host);
  } catch (const std::exception& failure) {
    return Error(ErrorKind::kDnsFailed, ErrorSource::kGateway, "cannot resolve " + host)
        .WithDetail(failure.what());
  }
}

}  // namespace

LookupPool::LookupPool(ResolverOptions options, Resolver::Lookup lookup, const Clock& clock)
    : options_(options),
      lookup_(std::move(lookup)),
      clock_(clock),
      cache_(options.cache_entries, options.positive_ttl, options.negative_ttl) {}

std::variant<DnsCache::Answer, LookupWaiterPointer> LookupPool::Enter(
    const std::string& host, const boost::asio::any_io_executor& executor) {
  const std::lock_guard lock(mutex_);
  std::optional<DnsCache::Answer> known = cache_.Find(host, clock_.Steady());
  if (known) return std::move(*known);

  QueryPointer& query = pending_[host];
  if (!query) {
    if (queue_.size() >= options_.queue) {
      pending_.erase(host);
      return DnsCache::Answer(QueueFull(host));
    }
    query = std::make_shared<Query>();
    query->host = host;
    queue_.push_back(query);
  }
  LookupWaiterPointer waiter = std::make_shared<LookupWaiter>(executor);
  query->waiters.push_back(waiter);
  StartThreadIfUseful();
  work_.notify_one();
  return waiter;
}

void LookupPool::Leave(const std::string& host, const LookupWaiterPointer& waiter) {
  const std::lock_guard lock(mutex_);
  const auto found = pending_.find(host);
  if (found == pending_.end()) return;
  std::erase(found->second->waiters, waiter);
}

void LookupPool::RelieveStalled() {
  const std::lock_guard lock(mutex_);
  StartThreadIfUseful();
}

void LookupPool::Stop() {
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  queue_.clear();
  // The thread of a hung look-up keeps its query, and may outlive the loops of those who wait.
  for (const auto& entry : pending_) entry.second->waiters.clear();
  pending_.clear();
  work_.notify_all();
}

void LookupPool::StartThreadIfUseful() {
  if (stopping_ || queue_.size() <= idle_threads_) return;
  const std::size_t wanted = static_cast<std::size_t>(std::max(options_.threads, 1));
  if (threads_ >= std::min(wanted + StalledCount(), std::max(kMaxThreads, wanted))) return;
  try {
    std::thread([self = shared_from_this()] {
      std::unique_lock lock(self->mutex_);
      self->Work(lock);
    }).detach();  // a hung getaddrinfo cannot be joined
    ++threads_;
  } catch (const std::system_error&) {
    // No thread to be had: the queue waits for those that run, and the time limit of each look-up
    // holds.
  }
}

std::size_t LookupPool::StalledCount() const {
  const SteadyTime now = clock_.Steady();
  return static_cast<std::size_t>(
      std::count_if(pending_.begin(), pending_.end(), [&](const auto& entry) {
        const std::optional<SteadyTime>& started = entry.second->started;
        return started && now - *started >= kStalledAfter;
      }));
}

void LookupPool::Work(std::unique_lock<std::mutex>& lock) {
  while (true) {
    ++idle_threads_;
    work_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    --idle_threads_;
    if (stopping_) break;
    const QueryPointer query = NextQuery();
    if (!query) continue;

    lock.unlock();
    const DnsCache::Answer answer = CallLookup(lookup_, query->host);
    lock.lock();
    if (stopping_) break;
    Finish(query, answer);
    // A stand-in, or one that was stalled: back to the usual number.
    if (threads_ > static_cast<std::size_t>(std::max(options_.threads, 1)) + StalledCount()) break;
  }
  --threads_;
}

LookupPool::QueryPointer LookupPool::NextQuery() {
  QueryPointer query = std::move(queue_.front());
  queue_.pop_front();
  if (query->waiters.empty()) {  // all gave up while it was queued
    pending_.erase(query->host);
    return nullptr;
  }
  query->started = clock_.Steady();
  return query;
}

void LookupPool::Finish(const QueryPointer& query, const DnsCache::Answer& answer) {
  cache_.Store(query->host, answer, clock_.Steady());
  pending_.erase(query->host);
  for (const LookupWaiterPointer& waiter : query->waiters) {
    boost::asio::post(waiter->executor, [waiter, answer] {
      waiter->answer = answer;
      waiter->wake.cancel();
    });
  }
  query->waiters.clear();
}

}  // namespace sallyport::net
