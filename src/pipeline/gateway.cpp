#include "sallyport/pipeline/gateway.h"

#include <utility>

#include "pipeline/gateway_impl.h"

namespace sallyport::pipeline {

Task<Result<std::unique_ptr<net::UpstreamAnswer>>> NetUpstreamClient::Send(
    net::OutboundCall&& call) {
  return upstream_.Send(std::move(call));
}

Gateway::Impl::Impl(std::unique_ptr<UpstreamClient> upstream, const GatewayParts& parts,
                    SettingsPointer settings, store::SnapshotPointer snapshot)
    : upstream_(std::move(upstream)),
      api_(parts.api),
      operations_(parts.operations),
      tokens_(parts.tokens),
      limits_(parts.limits),
      log_(parts.log),
      metrics_(parts.metrics),
      clock_(parts.clock),
      snapshot_(std::move(snapshot)),
      date_(parts.clock) {
  SetSettings(std::move(settings));
}

void Gateway::Impl::SetSettings(SettingsPointer settings) {
  settings_ = std::move(settings);
  proxy_options_.user_header = settings_->user_header;
  proxy_options_.user_agent = "sallyport/" + settings_->version;
}

Gateway::Gateway(net::Upstream& upstream, const GatewayParts& parts, SettingsPointer settings,
                 store::SnapshotPointer snapshot)
    : Gateway(std::make_unique<NetUpstreamClient>(upstream), parts, std::move(settings),
              std::move(snapshot)) {}

Gateway::Gateway(std::unique_ptr<UpstreamClient> upstream, const GatewayParts& parts,
                 SettingsPointer settings, store::SnapshotPointer snapshot)
    : impl_(std::make_unique<Impl>(std::move(upstream), parts, std::move(settings),
                                   std::move(snapshot))) {}

Gateway::~Gateway() = default;

void Gateway::SetSettings(SettingsPointer settings) { impl_->SetSettings(std::move(settings)); }

void Gateway::SetSnapshot(store::SnapshotPointer snapshot) {
  impl_->SetSnapshot(std::move(snapshot));
}

Task<void> Gateway::Handle(net::ServerExchange& exchange) { return impl_->Handle(exchange); }

Task<void> Gateway::HandleBadHead(net::ServerExchange& exchange, Error error) {
  return impl_->HandleBadHead(exchange, std::move(error));
}

}  // namespace sallyport::pipeline
