// The life of a request: see src/pipeline/pipeline.cpp first.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sallyport/async/task.h"
#include "sallyport/base/clock.h"
#include "sallyport/base/ip_address.h"
#include "sallyport/base/result.h"
#include "sallyport/http/api_message.h"
#include "sallyport/http/content_coding.h"
#include "sallyport/net/server_exchange.h"
#include "sallyport/net/upstream.h"
#include "sallyport/observe/log.h"
#include "sallyport/observe/metrics.h"
#include "sallyport/pipeline/call_limits.h"
#include "sallyport/pipeline/token_source.h"
#include "sallyport/pipeline/upstream_client.h"
#include "sallyport/request/value.h"
#include "sallyport/store/caller.h"
#include "sallyport/store/model.h"
#include "sallyport/store/snapshot.h"

namespace sallyport::pipeline {

/// Settings that SIGHUP may change; immutable, swapped whole on each shard.
struct Settings {
  std::string public_url;
  store::Digest admin_key_digest{};  ///< of the bootstrap key
  std::vector<IpBlock> trusted_proxies;
  std::string user_header;  ///< "" = none
  std::vector<std::string> cors_origins;
  std::size_t api_body_bytes = 10 * 1024 * 1024;
  std::uint64_t proxy_body_bytes = 0;  ///< 0 = no limit
  http::DecodeLimits decoding;         ///< limits.envelope_bytes, limits.decode_ratio
  std::size_t json_depth = 64;
  Quota caller_quota{0, 0, "limits.caller_calls", "limits.caller_rate"};
  Quota resource_quota{0, 0, "limits.resource_calls", "limits.resource_rate"};  ///< each resource
  net::UpstreamTimeouts timeouts;
  Milliseconds total{60000};
  std::string version;
};
using SettingsPointer = std::shared_ptr<const Settings>;

/// Who serves a route of the JSON API's table. All but kApi make calls to targets: the pipeline.
enum class Service : std::uint8_t {
  kApi,            ///< JsonApi::Handle
  kRun,            ///< a saved query; path values: resource, query
  kPreview,        ///< the same, nothing is sent
  kRunUnsaved,     ///< a query in the body; path value: resource
  kPreviewUnsaved  ///< the same, nothing is sent
};

/// What the router and the handler of the JSON API look like from here; app binds it to admin::Api.
class JsonApi {
 public:
  virtual ~JsonApi() = default;
  /// The views last as long as the API.
  struct Verdict {
    bool known = false;
    bool method_allowed = false;  ///< OPTIONS is not judged
    bool has_body = false;
    bool is_public = false;  ///< for anyone, without a key
    std::string_view allow;  ///< for the Allow field, HEAD and OPTIONS included
    std::string_view label;  ///< route template
    Service service = Service::kApi;
    std::vector<std::string> path_values = {};  ///< decoded, in the order of the template
  };
  [[nodiscard]] virtual Verdict Judge(std::string_view method, std::string_view path) const = 0;
  [[nodiscard]] virtual Result<void> JudgeRight(std::string_view method, std::string_view path,
                                                const store::Caller& caller,
                                                const store::Snapshot& snapshot) const = 0;
  virtual Task<Result<http::ApiResponse>> Handle(http::ApiRequest request,
                                                 store::Caller caller) = 0;
  /// An unsaved query as request::CompileQuery takes it. Errors: validation_failed, with pointers
  /// into `query`.
  [[nodiscard]] virtual Result<store::Document> NormalizeQuery(
      const request::Value& query) const = 0;
  [[nodiscard]] virtual const std::string& openapi() const = 0;
};

/// Readiness and metrics of the whole process, given by app.
class Operations {
 public:
  virtual ~Operations() = default;
  enum class Phase : std::uint8_t {
    kRunning,
    kGrace /* readiness 503, calls served */,
    kDraining /* new calls 503 */
  };
  [[nodiscard]] virtual Phase phase() const = 0;
  virtual Task<std::string> RenderMetrics() = 0;
  /// {"status":"ready|not_ready","checks":{"store":{"ok":true},...}}
  virtual Task<http::ApiResponse> Readiness(bool verbose) = 0;
  /// POST /control/... on the control socket: keys rotate, shutdown of nothing else.
  virtual Task<Result<http::ApiResponse>> Control(http::ApiRequest request) = 0;
};

/// What a gateway works with; outlives it.
struct GatewayParts {
  JsonApi& api;
  Operations& operations;
  TokenSource& tokens;
  CallLimits& limits;  ///< of the process
  observe::Log& log;
  observe::ShardMetrics& metrics;
  const Clock& clock;
};

/// The handler of one shard. All members on the shard's thread. `settings` and `snapshot` are never
/// null.
class Gateway final : public net::Handler {
 public:
  /// `upstream` outlives it.
  Gateway(net::Upstream& upstream, const GatewayParts& parts, SettingsPointer settings,
          store::SnapshotPointer snapshot);
  Gateway(std::unique_ptr<UpstreamClient> upstream, const GatewayParts& parts,
          SettingsPointer settings, store::SnapshotPointer snapshot);
  ~Gateway() override;

  /// Calls in flight keep the ones they started with.
  void SetSettings(SettingsPointer settings);
  void SetSnapshot(store::SnapshotPointer snapshot);

  Task<void> Handle(net::ServerExchange& exchange) override;
  Task<void> HandleBadHead(net::ServerExchange& exchange, Error error) override;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sallyport::pipeline
