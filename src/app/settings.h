// The configuration translated into what each layer takes.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sallyport/admin/api.h"
#include "sallyport/base/secret.h"
#include "sallyport/config/options.h"
#include "sallyport/net/egress.h"
#include "sallyport/net/server.h"
#include "sallyport/net/upstream.h"
#include "sallyport/oauth/net_provider_client.h"
#include "sallyport/pipeline/gateway.h"

namespace sallyport::app {

/// All that SIGHUP may replace; handed to every shard and to the token service.
struct LayerSettings {
  pipeline::SettingsPointer pipeline;
  std::shared_ptr<const net::EgressPolicy> egress;
  net::ServerLimits server;
  net::UpstreamOptions upstream;
  admin::Options admin;
  oauth::ProviderSettings provider;
};

/// `bound`: the listeners as they are bound, with their ports; `main` ones first. They are denied
/// as targets, and with --dev the first is the public URL unless one is configured.
[[nodiscard]] LayerSettings MakeSettings(const config::Options& options, const Secret& admin_key,
                                         const std::vector<net::Endpoint>& bound);

}  // namespace sallyport::app
