// SIGHUP: everything but listen, data_dir and threads is read again.
#include <exception>
#include <utility>

#include <boost/asio/co_spawn.hpp>

#include "app/key_files.h"
#include "app/problems.h"
#include "app/runtime.h"

namespace sallyport::app {
namespace {

/// Port 0 stays what was picked.
bool SameListeners(const config::Options& a, const config::Options& b) {
  return a.listen == b.listen && a.ops_listen == b.ops_listen;
}

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
  // The only step that can still fail goes first, so that a refused reload has changed nothing.
  std::vector<crypto::MasterKey> master_keys = std::move(read->master_keys);
  const Result<void> taken = co_await store_->SetMasterKeys(std::move(master_keys));
  if (!taken) {
    RefuseReload(taken.error());
    co_return;
  }
  WarnOfIgnoredChanges(read->options);
  read->options.listen = options_.listen;
  read->options.ops_listen = options_.ops_listen;
  read->options.data_dir = options_.data_dir;
  read->options.threads = options_.threads;
  options_ = std::move(read->options);
  start_.admin_key = std::move(read->admin_key);
  settings_ = MakeSettings(options_, start_.admin_key, bound_);
  log_.SetOptions(options_.log);
  api_->SetOptions(settings_.admin);
  provider_settings_.Set(settings_.provider);
  for (const auto& shard : shards_) shard->Apply(settings_);
  log_.Info("reloaded");
}

void Runtime::WarnOfIgnoredChanges(const config::Options& changed) const {
  const std::pair<bool, const char*> kept[] = {{!SameListeners(changed, options_), "listen"},
                                               {changed.data_dir != options_.data_dir, "data_dir"},
                                               {changed.threads != options_.threads, "threads"}};
  for (const auto& [differs, key] : kept) {
    if (differs) log_.Warn(std::string(key) + " has changed: it takes a restart");
  }
}

}  // namespace sallyport::app
