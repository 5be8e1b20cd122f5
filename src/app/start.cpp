#include "app/start.h"

#include <sched.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <thread>

#include "app/key_files.h"
#include "sallyport/store/sqlite.h"

namespace sallyport::app {
namespace {

namespace fs = std::filesystem;

Error Refuse(std::string why) {
  return Error(ErrorKind::kInvalidState, ErrorSource::kGateway, std::move(why));
}

bool Exists(const std::string& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

/// With all parents; the directory itself for its owner only.
Result<void> MakeDataDir(const std::string& path) {
  if (Exists(path)) return {};
  std::error_code error;
  const fs::path parent = fs::absolute(path).lexically_normal().parent_path();
  fs::create_directories(parent, error);
  if (!error && mkdir(path.c_str(), S_IRWXU) == 0) return {};
  const std::string why = error ? error.message() : std::strerror(errno);
  return Refuse("data_dir " + path + " cannot be made: " + why);
}

/// `listen` first.
Result<std::vector<net::ListenSockets>> OpenAllSockets(const config::Options& options) {
  const int shards = ShardCount(options);
  Result<std::vector<net::ListenSockets>> sockets =
      OpenSockets(options.listen, net::Door::kMain, shards);
  if (!sockets) return sockets;
  Result<std::vector<net::ListenSockets>> ops =
      OpenSockets(options.ops_listen, net::Door::kOps, shards);
  if (!ops) return ops;
  for (net::ListenSockets& socket : *ops) sockets->push_back(std::move(socket));
  return sockets;
}

}  // namespace

std::string DatabasePath(const config::Options& options) {
  return (fs::path(options.data_dir) / store::kDatabaseName).string();
}

int ShardCount(const config::Options& options) {
  if (options.threads != 0) return static_cast<int>(options.threads);
  cpu_set_t allowed;  // what the process may use, which can be less than the machine has
  if (sched_getaffinity(0, sizeof(allowed), &allowed) == 0) return CPU_COUNT(&allowed);
  return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

Result<std::vector<net::ListenSockets>> OpenSockets(const std::vector<net::Endpoint>& endpoints,
                                                    net::Door door, int shards) {
  std::vector<net::ListenSockets> sockets;
  for (const net::Endpoint& endpoint : endpoints) {
    Result<net::ListenSockets> socket = net::ListenSockets::OpenTcp(endpoint, door, shards);
    if (!socket) return std::move(socket).error();
    sockets.push_back(std::move(*socket));
  }
  return sockets;
}

Result<Start> PrepareStart(const config::Options& options, const Clock& clock) {
  if (options.dev) {
    if (Result<void> made = MakeDataDir(options.data_dir); !made) return made.error();
    if (Result<void> made = MakeMissingKeyFiles(options); !made) return made.error();
  }
  Result<std::vector<crypto::MasterKey>> master_keys = ReadMasterKeys(options);
  if (!master_keys) return master_keys.error();
  Result<Secret> admin_key = ReadAdminKey(options);
  if (!admin_key) return admin_key.error();

  // A directory that is not there yet holds neither a lock nor a database that could refuse.
  std::optional<store::DataDirLock> lock;
  if (Exists(options.data_dir)) {
    Result<store::DataDirLock> acquired = store::DataDirLock::Acquire(options.data_dir);
    if (!acquired) return acquired.error();
    lock.emplace(std::move(*acquired));
  }
  Result<std::vector<net::ListenSockets>> sockets = OpenAllSockets(options);
  if (!sockets) return sockets.error();
  if (!lock) {
    if (Result<void> made = MakeDataDir(options.data_dir); !made) return made.error();
    Result<store::DataDirLock> acquired = store::DataDirLock::Acquire(options.data_dir);
    if (!acquired) return acquired.error();
    lock.emplace(std::move(*acquired));
  }

  Result<std::unique_ptr<store::Repository>> repository =
      store::OpenSqliteRepository({DatabasePath(options), std::move(*master_keys)}, clock);
  if (!repository) return repository.error();
  return Start{std::move(*lock), std::move(*sockets), std::move(*repository),
               std::move(*admin_key)};
}

Result<OfflineStore> OpenOffline(const config::Options& options, const Clock& clock) {
  if (!Exists(DatabasePath(options))) {
    return Refuse(options.data_dir + " holds no database: start the gateway once, or set data_dir");
  }
  Result<std::vector<crypto::MasterKey>> master_keys = ReadMasterKeys(options);
  if (!master_keys) return master_keys.error();
  Result<store::DataDirLock> lock = store::DataDirLock::Acquire(options.data_dir);
  if (!lock) return lock.error();
  Result<std::unique_ptr<store::Repository>> repository =
      store::OpenSqliteRepository({DatabasePath(options), std::move(*master_keys)}, clock);
  if (!repository) return repository.error();
  return OfflineStore{std::move(*lock), std::move(*repository)};
}

}  // namespace sallyport::app
