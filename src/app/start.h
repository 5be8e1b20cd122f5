// All that can stop a start, in the order that touches nothing but the lock file until every check
// has passed.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sallyport/base/clock.h"
#include "sallyport/base/result.h"
#include "sallyport/base/secret.h"
#include "sallyport/config/options.h"
#include "sallyport/crypto/keyring.h"
#include "sallyport/net/server.h"
#include "sallyport/store/data_dir_lock.h"
#include "sallyport/store/repository.h"

namespace sallyport::app {

/// What a start has acquired. The lock is released last.
struct Start {
  store::DataDirLock lock;
  std::vector<net::ListenSockets> sockets;  ///< `listen` first, then `ops_listen`
  std::unique_ptr<store::Repository> repository;
  Secret admin_key;
};

[[nodiscard]] int ShardCount(const config::Options& options);

/// All of them, or the first problem and none.
[[nodiscard]] Result<std::vector<net::ListenSockets>> OpenSockets(
    const std::vector<net::Endpoint>& endpoints, net::Door door, int shards);

/// Key files, lock, ports, then the database (which checks itself before it writes). data_dir is
/// made when it is absent, after keys and ports have been found good; with --dev before, because
/// the keys are made in it. Errors are one line.
[[nodiscard]] Result<Start> PrepareStart(const config::Options& options, const Clock& clock);

/// Lock and database only: for commands that work while no gateway runs.
struct OfflineStore {
  store::DataDirLock lock;
  std::unique_ptr<store::Repository> repository;
};
[[nodiscard]] Result<OfflineStore> OpenOffline(const config::Options& options, const Clock& clock);

[[nodiscard]] std::string DatabasePath(const config::Options& options);

}  // namespace sallyport::app
