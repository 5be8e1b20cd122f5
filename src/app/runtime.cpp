#include "app/runtime.h"

#include <unistd.h>

#include <csignal>
#include <stdexcept>
#include <utility>

#include "app/control_client.h"
#include "sallyport/request/compiled_query.h"
#include "sallyport/request/compiled_resource.h"

namespace sallyport::app {
namespace {

std::vector<net::Endpoint> Endpoints(const std::vector<net::ListenSockets>& sockets) {
  std::vector<net::Endpoint> endpoints;
  for (const net::ListenSockets& socket : sockets) endpoints.push_back(socket.endpoint());
  return endpoints;
}

}  // namespace

Runtime::Runtime(const CommandContext& context, config::Options options, Start start,
                 observe::Log& log, const Clock& clock)
    : context_(context),
      options_(std::move(options)),
      log_(log),
      clock_(clock),
      start_(std::move(start)),
      bound_(Endpoints(start_.sockets)),
      settings_(MakeSettings(options_, start_.admin_key, bound_)),
      store_(std::make_unique<store::Store>(std::move(start_.repository), request::CompileResource,
                                            request::PrepareQuery, clock)),
      resolver_(std::make_unique<net::Resolver>(net::ResolverOptions{},
                                                net::Resolver::SystemLookup(), clock)),
      provider_settings_(settings_.provider),
      tokens_(MakeTokenService()),
      api_(std::make_unique<admin::Api>(*store_, clock, settings_.admin, tokens_.get())),
      json_api_(std::make_unique<JsonApiAdapter>(*api_)),
      token_source_(*tokens_),
      operations_(std::make_unique<ProcessOperations>(*store_, tokens_.get(), log, clock)) {
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) signals_.add(number);
  MakeShards();
  Listen();
}

Runtime::~Runtime() {
  for (const auto& shard : shards_) shard->Stop();
  unlink(ControlSocketPath(options_.data_dir).c_str());
  // Resolver and store hand their last answers to the loops of the token service and of the
  // shards; the service hands its own to the shards'. All loops are stopped, and must
  // still be there.
  tokens_->Stop();
  resolver_.reset();
  store_.reset();
  tokens_.reset();
  shards_.clear();
}

std::unique_ptr<oauth::TokenService> Runtime::MakeTokenService() {
  const auto make_client = [this](boost::asio::io_context& context) {
    return std::make_unique<oauth::NetProviderClient>(context, *resolver_, provider_settings_,
                                                      clock_);
  };
  return std::make_unique<oauth::TokenService>(*store_, make_client, log_, clock_);
}

void Runtime::MakeShards() {
  const ShardParts parts{*resolver_, *json_api_, *operations_, token_source_,
                         limits_,    log_,       connections_, clock_};
  std::vector<Shard*> all;
  for (int i = 0; i < ShardCount(options_); ++i) {
    shards_.push_back(std::make_unique<Shard>(parts, settings_, store_->snapshot()));
    Shard* shard = shards_.back().get();
    all.push_back(shard);
    store_->Subscribe([shard](store::SnapshotPointer snapshot, std::function<void()> adopted) {
      shard->Adopt(std::move(snapshot), std::move(adopted));
    });
  }
  operations_->SetShards(std::move(all));
}

void Runtime::Listen() {
  for (std::size_t i = 0; i < start_.sockets.size(); ++i) {
    net::ListenSockets& sockets = start_.sockets[i];
    std::vector<int> descriptors = AcceptOn(sockets);
    if (sockets.door() != net::Door::kOps) continue;
    const net::Endpoint& configured = options_.ops_listen[i - options_.listen.size()];
    ops_.push_back({configured, sockets.endpoint(), std::move(descriptors)});
  }
  Result<net::ListenSockets> control =
      net::ListenSockets::OpenUnix(ControlSocketPath(options_.data_dir), net::Door::kControl);
  if (!control) throw std::runtime_error(control.error().message());
  shards_.front()->Accept(control->Take(0), net::Door::kControl);
}

std::vector<int> Runtime::AcceptOn(net::ListenSockets& sockets) {
  std::vector<int> descriptors;
  for (std::size_t i = 0; i < shards_.size(); ++i) {
    descriptors.push_back(sockets.Take(static_cast<int>(i)));
    shards_[i]->Accept(descriptors.back(), sockets.door());
  }
  return descriptors;
}

void Runtime::Announce(const char* what, const net::Endpoint& endpoint, net::Door door) const {
  log_.Write(
      observe::Level::kInfo, what, "",
      {{"address", endpoint.ToString()}, {"door", door == net::Door::kMain ? "main" : "ops"}});
}

void Runtime::AnnounceListeners() const {
  for (const net::ListenSockets& socket : start_.sockets) {
    Announce("listening", socket.endpoint(), socket.door());
  }
  log_.Write(observe::Level::kInfo, "ready", "",
             {{"public_url", public_url()},
              {"threads", shards_.size()},
              {"resources", store_->snapshot()->resources.size()}});
}

void Runtime::Run() {
  WaitForSignal();
  for (const auto& shard : shards_) shard->Start();
  AnnounceListeners();
  main_.run();
}

void Runtime::WaitForSignal() {
  signals_.async_wait([this](const boost::system::error_code& error, int number) {
    if (error) return;
    WaitForSignal();
    OnSignal(number);
  });
}

}  // namespace sallyport::app
