// The state of one shard's client: options, policy, pool.
#pragma once

#include <cstdint>
#include <memory>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "net/client/answer.h"
#include "net/client/connector.h"
#include "net/client/head_reader.h"
#include "net/client/pool.h"
#include "sallyport/base/block_pool.h"
#include "sallyport/net/upstream.h"

namespace sallyport::net {

class Upstream::Impl : public Answer::Recycler,
                       public std::enable_shared_from_this<Upstream::Impl> {
 public:
  Impl(boost::asio::io_context& context, Resolver& resolver,
       std::shared_ptr<const EgressPolicy> egress, UpstreamOptions options, const Clock& clock);

  using CallPointer = std::shared_ptr<const OutboundCall>;

  static Task<Result<std::unique_ptr<UpstreamAnswer>>> Send(std::shared_ptr<Impl> self,
                                                            CallPointer call);
  void SetEgress(std::shared_ptr<const EgressPolicy> egress);
  void SetOptions(UpstreamOptions options);
  void CloseIdle();
  [[nodiscard]] PoolStats stats() const;

 private:
  using AnswerResult = Result<std::unique_ptr<UpstreamAnswer>>;

  /// One attempt on `connection`, from `start` on. Sets `may_retry` when a stale connection was all
  /// that was wrong. A cancelled coroutine, too, lets go of the request's source first.
  static Task<AnswerResult> Attempt(std::shared_ptr<Impl> self, CallPointer call,
                                    ConnectionPointer connection, SteadyTime start,
                                    CallTiming timing, bool* may_retry);
  Task<Result<ConnectionPointer>> Open(CallPointer call, CallTiming* timing);
  [[nodiscard]] ConnectionPointer TakeIdle(const Destination& destination, SteadyTime now);
  void Recycle(const Destination& destination, ConnectionPointer connection) override;
  void ScheduleSweep();

  boost::asio::io_context& context_;
  Resolver& resolver_;
  std::shared_ptr<const EgressPolicy> egress_;
  std::uint64_t egress_generation_ = 1;
  UpstreamOptions options_;
  const Clock& clock_;
  Pool<ConnectionPointer> pool_;
  boost::asio::steady_timer sweep_;
  bool sweep_scheduled_ = false;
  BlockPool head_blocks_{kHeadBlockBytes, 64};
  std::shared_ptr<std::size_t> open_ = std::make_shared<std::size_t>(0);  // idle and busy
  PoolStats totals_;
};

}  // namespace sallyport::net
