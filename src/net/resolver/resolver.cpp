#include "sallyport/net/resolver.h"

#include <algorithm>
#include <utility>
#include <variant>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "net/egress/host_name.h"
#include "net/resolver/lookup_pool.h"

namespace sallyport::net {

namespace asio = boost::asio;

class Resolver::Impl {
 public:
  Impl(ResolverOptions options, Lookup lookup, const Clock& clock)
      : pool(std::make_shared<LookupPool>(options, std::move(lookup), clock)) {}
  const std::shared_ptr<LookupPool> pool;
};

namespace {

using Addresses = std::vector<IpAddress>;

/// Leaves the queue however the coroutine ends, so that no answer is posted to a dead one.
class Registration {
 public:
  Registration(std::shared_ptr<LookupPool> pool, std::string host, LookupWaiterPointer waiter)
      : pool_(std::move(pool)), host_(std::move(host)), waiter_(std::move(waiter)) {}
  ~Registration() { pool_->Leave(host_, waiter_); }
  Registration(const Registration&) = delete;
  Registration& operator=(const Registration&) = delete;

 private:
  std::shared_ptr<LookupPool> pool_;
  std::string host_;
  LookupWaiterPointer waiter_;
};

std::string_view WithoutBrackets(std::string_view host) {
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  return host;
}

Error NotAHost(std::string_view host) {
  std::string message = "cannot resolve ";
  message.append(host.substr(0, 253)).append(": neither a host name nor an address");
  return Error(ErrorKind::kDnsFailed, ErrorSource::kTarget, std::move(message))
      .WithHint("write IPv4 addresses as four plain decimal numbers, IPv6 ones in brackets");
}

Error TimedOut(const std::string& host, Milliseconds limit) {
  return Error(ErrorKind::kConnectTimeout, ErrorSource::kTarget,
               "dns: " + host + " did not resolve within " + std::to_string(limit.count()) + " ms");
}

Task<Result<Addresses>> Wait(std::shared_ptr<LookupPool> pool, std::string host,
                             LookupWaiterPointer waiter, Milliseconds limit) {
  const Registration registration(pool, host, waiter);
  boost::system::error_code ec;
  Milliseconds left = limit;
  while (!waiter->answer && left.count() > 0) {
    const Milliseconds slice = std::min(left, LookupPool::kStalledAfter);
    left -= slice;
    waiter->wake.expires_after(slice);
    co_await waiter->wake.async_wait(asio::redirect_error(asio::use_awaitable, ec));
    if (waiter->answer) break;
    if (ec) break;  // cancelled from outside
    pool->RelieveStalled();
  }
  if (waiter->answer) co_return std::move(*waiter->answer);
  co_return TimedOut(host, limit);
}

Task<Result<Addresses>> Look(std::shared_ptr<LookupPool> pool, std::string host,
                             Milliseconds limit) {
  const std::string_view bare = WithoutBrackets(host);
  const std::optional<IpAddress> literal = IpAddress::Parse(bare);
  if (literal) co_return Addresses(1, *literal);
  if (!IsHostName(host) || EndsInNumber(host)) co_return NotAHost(host);

  std::string name = CanonicalName(host);
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  auto entered = pool->Enter(name, executor);
  if (auto* known = std::get_if<DnsCache::Answer>(&entered)) co_return std::move(*known);
  LookupWaiterPointer waiter = std::get<LookupWaiterPointer>(entered);
  Result<Addresses> answer =
      co_await Wait(std::move(pool), std::move(name), std::move(waiter), limit);
  co_return answer;
}

}  // namespace

Resolver::Resolver(ResolverOptions options, Lookup lookup, const Clock& clock)
    : impl_(std::make_shared<Impl>(options, std::move(lookup), clock)) {}

Resolver::~Resolver() { impl_->pool->Stop(); }

Task<Result<std::vector<IpAddress>>> Resolver::Resolve(std::string host, Milliseconds limit) {
  return Look(impl_->pool, std::move(host), limit);
}

}  // namespace sallyport::net
