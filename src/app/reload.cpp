// SIGHUP: everything but listen, data_dir and threads is read again.
#include <exception>
#include <utility>

#include <boost/asio/co_spawn.hpp>

#include "app/key_files.h"
#include "app/problems.h"
#include "app/runtime.h"

namespace sallyport::app {
namespace {

/// What the files say now.
struct Reread {
  config::Options options;
  std::vector<crypto::MasterKey> master_keys;
  Secret admin_key;
};

Result<Reread> ReadAgain(const CommandContext& context) {
  config::LoadResult loaded = config::Load(context.flags, context.environment);
  if (!loaded.problems.empty()) {
    return Error(ErrorKind::kInvalidState, ErrorSource::kGateway, JoinProblems(loaded.problems));
  }
  Result<std::vector<crypto::MasterKey>> master_keys = ReadMasterKeys(loaded.options);
  if (!master_keys) return std::move(master_keys).error();
  Result<Secret> admin_key = ReadAdminKey(loaded.options);
  if (!admin_key) return std::move(admin_key).error();
  return Reread{std::move(loaded.options), std::move(*master_keys), std::move(*admin_key)};
}

}  // namespace

void Runtime::StartReload() {
  if (reloading_) {
    reload_again_ = true;
    return;
  }
  reloading_ = true;
  reload_again_ = false;
  boost::asio::co_spawn(main_, Reload(), [this](const std::exception_ptr& bug) {
    reloading_ = false;
    if (bug) log_.Failure("reload failed, the old settings stay: unexpected exception");
    if (reload_again_) StartReload();
  });
}

void Runtime::RefuseReload(const Error& why) {
  log_.Failure("reload failed, the old settings stay: " + why.message());
}

Task<void> Runtime::Reload() {
  Result<Reread> read = ReadAgain(context_);
  if (!read) {
    RefuseReload(read.error());
    co_return;
  }
  // The steps that can still fail go first, so that a refused reload has changed nothing: sockets
  // that nobody took are closed again, and master keys are the last that may be refused.
  OpsChange ops = PlanOpsChange(ops_, read->options.ops_listen);
  Result<std::vector<net::ListenSockets>> opened =
      OpenSockets(ops.wanted, net::Door::kOps, ShardCount(options_));
  if (!opened) {
    RefuseReload(opened.error());
    co_return;
  }
  std::vector<crypto::MasterKey> master_keys = std::move(read->master_keys);
  const Result<void> taken = co_await store_->SetMasterKeys(std::move(master_keys));
  if (!taken) {
    RefuseReload(taken.error());
    co_return;
  }
  TakeOptions(std::move(read->options), std::move(read->admin_key));
  TakeOps(std::move(ops), std::move(*opened));
  log_.Info("reloaded");
}

void Runtime::TakeOptions(config::Options options, Secret admin_key) {
  WarnOfIgnoredChanges(options);
  options.listen = options_.listen;
  options.data_dir = options_.data_dir;
  options.threads = options_.threads;
  options_ = std::move(options);
  start_.admin_key = std::move(admin_key);
}

/// The settings name the new listeners before one of them accepts: nobody may reach them as a
/// target.
void Runtime::TakeOps(OpsChange change, std::vector<net::ListenSockets> opened) {
  ops_ = std::move(change.staying);
  bound_.resize(options_.listen.size());
  for (const OpsListener& listener : ops_) bound_.push_back(listener.bound);
  for (const net::ListenSockets& sockets : opened) bound_.push_back(sockets.endpoint());
  ApplySettings();
  AcceptOps(std::move(opened), change.wanted);
  LeaveOps(change.leaving);
}

void Runtime::ApplySettings() {
  settings_ = MakeSettings(options_, start_.admin_key, bound_);
  log_.SetOptions(options_.log);
  api_->SetOptions(settings_.admin);
  provider_settings_.Set(settings_.provider);
  for (const auto& shard : shards_) shard->Apply(settings_);
}

void Runtime::AcceptOps(std::vector<net::ListenSockets> opened,
                        const std::vector<net::Endpoint>& configured) {
  for (std::size_t i = 0; i < opened.size(); ++i) {
    const net::Endpoint bound = opened[i].endpoint();
    ops_.push_back({configured[i], bound, AcceptOn(opened[i])});
    Announce("listening", bound, net::Door::kOps);
  }
}

void Runtime::LeaveOps(const std::vector<OpsListener>& leaving) {
  for (const OpsListener& listener : leaving) {
    for (std::size_t i = 0; i < shards_.size(); ++i) {
      shards_[i]->StopAccepting(listener.descriptors[i]);
    }
    Announce("listening no more", listener.bound, net::Door::kOps);
  }
}

void Runtime::WarnOfIgnoredChanges(const config::Options& changed) const {
  const std::pair<bool, const char*> kept[] = {{changed.listen != options_.listen, "listen"},
                                               {changed.data_dir != options_.data_dir, "data_dir"},
                                               {changed.threads != options_.threads, "threads"}};
  for (const auto& [differs, key] : kept) {
    if (differs) log_.Warn(std::string(key) + " has changed: it takes a restart");
  }
}

}  // namespace sallyport::app
