#include "sallyport/net/upstream.h"

#include <utility>

#include "net/client/upstream_impl.h"

namespace sallyport::net {

Upstream::Upstream(boost::asio::io_context& context, Resolver& resolver,
                   std::shared_ptr<const EgressPolicy> egress, UpstreamOptions options,
                   const Clock& clock)
    : impl_(std::make_shared<Impl>(context, resolver, std::move(egress), options, clock)) {}

Upstream::~Upstream() { impl_->CloseIdle(); }

Task<Result<std::unique_ptr<UpstreamAnswer>>> Upstream::Send(OutboundCall&& call) {
  return Impl::Send(impl_, std::make_shared<const OutboundCall>(std::move(call)));
}

void Upstream::SetEgress(std::shared_ptr<const EgressPolicy> egress) {
  impl_->SetEgress(std::move(egress));
}

void Upstream::SetOptions(UpstreamOptions options) { impl_->SetOptions(options); }

void Upstream::CloseIdle() { impl_->CloseIdle(); }

Upstream::PoolStats Upstream::stats() const { return impl_->stats(); }

}  // namespace sallyport::net
