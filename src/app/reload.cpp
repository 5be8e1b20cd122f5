// SIGHUP: everything but listen, data_dir and threads is read again.
#include <algorithm>

#include "app/key_files.h"
#include "app/problems.h"
#include "app/runtime.h"

namespace sallyport::app {
namespace {

/// Port 0 stays what was picked.
bool SameListeners(const config::Options& a, const config::Options& b) {
  return a.listen == b.listen && a.ops_listen == b.ops_listen;
}

bool SameKeys(const std::vector<crypto::MasterKey>& a, const std::vector<crypto::MasterKey>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.id == y.id && x.bytes.Reveal([&](std::string_view left) {
      return y.bytes.Reveal([&](std::string_view right) { return ConstantTimeEqual(left, right); });
    });
  });
}

}  // namespace

void Runtime::Reload() {
  config::LoadResult loaded = config::Load(context_.flags, context_.environment);
  const auto refuse = [&](const std::string& why) {
    log_.Failure("reload failed, the old settings stay: " + why);
  };
  if (!loaded.problems.empty()) return refuse(JoinProblems(loaded.problems));
  Result<std::vector<crypto::MasterKey>> master_keys = ReadMasterKeys(loaded.options);
  if (!master_keys) return refuse(master_keys.error().message());
  Result<Secret> admin_key = ReadAdminKey(loaded.options);
  if (!admin_key) return refuse(admin_key.error().message());

  WarnOfIgnoredChanges(loaded.options);
  if (!SameKeys(*master_keys, start_.master_keys)) {
    log_.Warn("master_keys have changed: the store takes them at a restart");
  }
  loaded.options.listen = options_.listen;
  loaded.options.ops_listen = options_.ops_listen;
  loaded.options.data_dir = options_.data_dir;
  loaded.options.threads = options_.threads;
  options_ = std::move(loaded.options);
  start_.admin_key = std::move(*admin_key);
  settings_ = MakeSettings(options_, start_.admin_key, bound_);
  log_.SetOptions(options_.log);
  api_->SetOptions(settings_.admin);
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
