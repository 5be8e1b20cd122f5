// Opening: judge, create or migrate, hand out the repository.
#include <memory>

#include <unistd.h>

#include "sallyport/store/sqlite.h"
#include "store/files.h"
#include "store/sqlite/data_key_table.h"
#include "store/sqlite/preflight.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/sqlite_repository.h"

namespace sallyport::store {

using sqlite::Connection;
using sqlite::OpenMode;

namespace {

Error CannotOpen(const std::string& path, const Error& cause) {
  return Error(cause.kind(), cause.source(),
               "database " + path + " cannot be opened: " + cause.message() +
                   "; correct this and start again")
      .WithDetail(cause.detail());
}

/// Schema and first data key in one transaction.
Result<void> FillNewDatabase(const std::string& path, crypto::Keyring& keyring,
                             const Clock& clock) {
  Result<std::unique_ptr<Connection>> connection = Connection::Open(path, OpenMode::kReadWrite);
  if (!connection) return connection.error();
  sqlite::Transaction transaction(**connection);
  Result<void> done = transaction.Begin();
  if (done) done = sqlite::Migrate(**connection);
  if (done) {
    sqlite::DataKeyTable data_keys(**connection);
    done = data_keys.InsertActive(keyring.CreateDataKey(), clock.Now());
  }
  if (done) done = transaction.Commit();
  return done;  // closing moves the WAL into the file and removes it
}

void RemoveDatabase(const std::string& path) {
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) unlink((path + suffix).c_str());
}

/// Made under another name and renamed, so that a crash leaves no half-made database behind.
Result<void> CreateDatabase(const SqliteOptions& options, const Clock& clock) {
  const std::string unfinished = options.path + ".new";
  RemoveDatabase(unfinished);  // of a start that was killed; the directory is locked
  crypto::Keyring keyring(options.master_keys);
  Result<void> done = CreatePrivateFile(unfinished);
  if (done) done = FillNewDatabase(unfinished, keyring, clock);
  if (done) done = SyncPath(unfinished);
  if (done) done = RenameToFreeName(unfinished, options.path);
  if (done) done = SyncPath(DirectoryOf(options.path));
  if (!done) RemoveDatabase(unfinished);
  return done;
}

Result<void> MigrateInOneTransaction(Connection& connection) {
  sqlite::Transaction transaction(connection);
  Result<void> done = transaction.Begin();
  if (done) done = sqlite::Migrate(connection);
  if (done) done = transaction.Commit();
  return done;
}

}  // namespace

Result<std::unique_ptr<Repository>> OpenSqliteRepository(SqliteOptions options,
                                                         const Clock& clock) {
  Result<sqlite::FileVerdict> verdict = sqlite::Inspect(options.path, options.master_keys);
  if (!verdict) return verdict.error();
  if (*verdict == sqlite::FileVerdict::kAbsent) {
    Result<void> created = CreateDatabase(options, clock);
    if (!created) return CannotOpen(options.path, created.error());
  }
  Result<std::unique_ptr<Connection>> connection =
      Connection::Open(options.path, OpenMode::kReadWrite);
  if (!connection) return CannotOpen(options.path, connection.error());
  crypto::Keyring keyring(std::move(options.master_keys));
  Result<void> done = MigrateInOneTransaction(**connection);
  if (done) done = sqlite::DataKeyTable(**connection).LoadInto(keyring);
  if (!done) return CannotOpen(options.path, done.error());
  return std::unique_ptr<Repository>(std::make_unique<sqlite::SqliteRepository>(
      std::move(*connection), std::move(keyring), clock));
}

Result<std::vector<DataKeyInfo>> ListDataKeys(const std::string& database_path) {
  if (FileSize(database_path).value_or(0) == 0) {
    return Error(
        ErrorKind::kNotFound, ErrorSource::kCaller,
        "there is no database at " + database_path + ": start the gateway once, or set data_dir");
  }
  Result<std::unique_ptr<Connection>> connection =
      Connection::Open(database_path, OpenMode::kReadOnly);
  if (!connection) return CannotOpen(database_path, connection.error());
  Result<std::vector<DataKeyInfo>> keys = sqlite::DataKeyTable(**connection).List();
  if (!keys) return CannotOpen(database_path, keys.error());
  return keys;
}

}  // namespace sallyport::store
