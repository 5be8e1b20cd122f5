#include "app/settings.h"

#include "app/process_limits.h"
#include "sallyport/base/version.h"
#include "sallyport/crypto/digest.h"

namespace sallyport::app {
namespace {

Milliseconds Ms(std::uint64_t value) { return Milliseconds(static_cast<std::int64_t>(value)); }

std::string PublicUrl(const config::Options& options, const std::vector<net::Endpoint>& bound) {
  if (!options.dev || options.public_url_given || bound.empty()) return options.public_url;
  return "http://" + bound.front().ToString();
}

pipeline::SettingsPointer PipelineSettings(const config::Options& options, const Secret& admin_key,
                                           std::string public_url) {
  auto settings = std::make_shared<pipeline::Settings>();
  settings->public_url = std::move(public_url);
  settings->admin_key_digest = admin_key.Reveal(crypto::Sha256);
  settings->trusted_proxies = options.trusted_proxies;
  settings->user_header = options.user_header;
  settings->cors_origins = options.cors_origins;
  settings->api_body_bytes = options.limits.api_body_bytes;
  settings->proxy_body_bytes = options.limits.proxy_body_bytes;
  settings->decoding.bytes = options.limits.envelope_bytes;
  settings->decoding.ratio = options.limits.decode_ratio;
  settings->json_depth = options.limits.json_depth;
  settings->caller_quota.calls = options.limits.caller_calls;
  settings->caller_quota.rate = options.limits.caller_rate;
  settings->resource_quota.calls = options.limits.resource_calls;
  settings->resource_quota.rate = options.limits.resource_rate;
  settings->timeouts.dns = Ms(options.timeouts.dns);
  settings->timeouts.connect = Ms(options.timeouts.connect);
  settings->timeouts.tls = Ms(options.timeouts.tls);
  settings->timeouts.first_byte = Ms(options.timeouts.first_byte);
  settings->timeouts.body_idle = Ms(options.timeouts.body_idle);
  settings->total = Ms(options.timeouts.total);
  settings->version = Version();
  return settings;
}

net::ServerLimits ServerSettings(const config::Options& options) {
  net::ServerLimits limits;
  limits.head.head_bytes = options.limits.request_head_bytes;
  limits.head.fields = options.limits.request_fields;
  limits.head.target_bytes = options.limits.target_bytes;
  limits.connections = MostConnections(options.limits.connections, OpenFiles());
  limits.request_head = Ms(options.timeouts.request_head);
  limits.body_idle = Ms(options.timeouts.body_idle);
  limits.idle_caller = Ms(options.timeouts.idle_caller);
  return limits;
}

admin::Options AdminSettings(const config::Options& options, std::string public_url) {
  admin::Options admin;
  admin.public_url = std::move(public_url);
  admin.json_depth = options.limits.json_depth;
  admin.version = Version();
  admin.cors_origins = options.cors_origins;
  admin.confirm_login = options.confirm_login;
  admin.timeouts.connect_ms = static_cast<std::int64_t>(options.timeouts.connect);
  admin.timeouts.first_byte_ms = static_cast<std::int64_t>(options.timeouts.first_byte);
  admin.timeouts.total_ms = static_cast<std::int64_t>(options.timeouts.total);
  return admin;
}

}  // namespace

LayerSettings MakeSettings(const config::Options& options, const Secret& admin_key,
                           const std::vector<net::Endpoint>& bound) {
  const std::string public_url = PublicUrl(options, bound);
  net::EgressOptions egress = options.egress;
  egress.own_listeners = bound;

  LayerSettings settings;
  settings.pipeline = PipelineSettings(options, admin_key, public_url);
  settings.egress = std::make_shared<const net::EgressPolicy>(std::move(egress));
  settings.server = ServerSettings(options);
  settings.upstream.head.head_bytes = options.limits.target_head_bytes;
  settings.upstream.idle_target = Ms(options.timeouts.idle_target);
  settings.admin = AdminSettings(options, public_url);
  settings.provider.egress = settings.egress;
  settings.provider.upstream = settings.upstream;
  settings.provider.timeouts = settings.pipeline->timeouts;
  settings.provider.total = Ms(options.timeouts.token);
  return settings;
}

}  // namespace sallyport::app
