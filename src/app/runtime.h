// The running gateway: every part made, connected, and taken down in the right order.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include "app/commands.h"
#include "app/json_api_adapter.h"
#include "app/operations.h"
#include "app/ops_listeners.h"
#include "app/shard.h"
#include "app/start.h"
#include "sallyport/net/resolver.h"
#include "sallyport/oauth/net_provider_client.h"
#include "sallyport/oauth/service.h"
#include "sallyport/observe/log.h"
#include "sallyport/store/store.h"

namespace sallyport::app {

/// Lives on the main thread, which also runs signals, draining and reloading.
class Runtime {
 public:
  /// Throws std::runtime_error when the stored data cannot be loaded or the control socket not be
  /// made; the message is one line.
  Runtime(const CommandContext& context, config::Options options, Start start, observe::Log& log,
          const Clock& clock);
  ~Runtime();
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  /// Serves until a signal ends it.
  void Run();
  /// As browsers see it.
  [[nodiscard]] const std::string& public_url() const { return settings_.pipeline->public_url; }
  [[nodiscard]] const std::vector<net::Endpoint>& bound() const { return bound_; }

 private:
  [[nodiscard]] std::unique_ptr<oauth::TokenService> MakeTokenService();
  void MakeShards();
  void Listen();
  /// Hands the descriptors to the shards; which they are.
  std::vector<int> AcceptOn(net::ListenSockets& sockets);
  void Announce(const char* what, const net::Endpoint& endpoint, net::Door door) const;
  void AnnounceListeners() const;
  void WaitForSignal();
  void OnSignal(int number);
  /// One reload at a time; a signal that comes meanwhile starts another one after it.
  void StartReload();
  Task<void> Reload();
  void RefuseReload(const Error& why);
  void TakeOptions(config::Options options, Secret admin_key);
  void TakeOps(OpsChange change, std::vector<net::ListenSockets> opened);
  void ApplySettings();
  void AcceptOps(std::vector<net::ListenSockets> opened,
                 const std::vector<net::Endpoint>& configured);
  void LeaveOps(const std::vector<OpsListener>& leaving);
  void WarnOfIgnoredChanges(const config::Options& changed) const;
  Task<void> Drain();
  Task<bool> WaitUntilIdle(SteadyTime limit);

  const CommandContext& context_;
  config::Options options_;
  observe::Log& log_;
  const Clock& clock_;

  Start start_;                       ///< holds the lock to the very end
  std::vector<net::Endpoint> bound_;  ///< `listen` first, then `ops_listen`
  std::vector<OpsListener> ops_;
  LayerSettings settings_;
  net::ConnectionCount connections_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<net::Resolver> resolver_;
  oauth::NetProviderClient::Shared provider_settings_;
  std::unique_ptr<oauth::TokenService> tokens_;
  std::unique_ptr<admin::Api> api_;
  std::unique_ptr<JsonApiAdapter> json_api_;
  pipeline::ServiceTokenSource token_source_;
  pipeline::CallLimits limits_;
  std::unique_ptr<ProcessOperations> operations_;
  std::vector<std::unique_ptr<Shard>> shards_;

  boost::asio::io_context main_{1};
  boost::asio::signal_set signals_{main_};
  bool draining_ = false;
  bool reloading_ = false;
  bool reload_again_ = false;
};

}  // namespace sallyport::app
