// A copy of the database in one step, beside a running gateway.
#include <memory>

#include <unistd.h>

#include "sallyport/crypto/digest.h"
#include "sallyport/store/sqlite.h"
#include "store/files.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/sqlite_error.h"

namespace sallyport::store {

using sqlite::Connection;
using sqlite::OpenMode;

namespace {

struct BackupDeleter {
  void operator()(sqlite3_backup* backup) const { sqlite3_backup_finish(backup); }
};

/// A temporary name that is gone when this dies, unless it was renamed away.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& destination)
      : path_(destination + ".partial-" + crypto::RandomId()) {}
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) unlink((path_ + suffix).c_str());
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

Error Failed(const Error& cause) {
  return Error(cause.kind(), cause.source(), "backup failed: " + cause.message())
      .WithDetail(cause.detail());
}

Result<void> CheckSource(Connection& source, const std::string& path) {
  Result<std::int64_t> application = source.QueryInt("PRAGMA application_id");
  if (!application) return application.error();
  if (*application != sqlite::kApplicationId) {
    return Error(ErrorKind::kInternal, ErrorSource::kCaller,
                 path + " is not a Sallyport database; set data_dir to the right directory");
  }
  return {};
}

/// All pages inside one read transaction: the copy is of one moment and writers go on.
Result<void> CopyPages(Connection& source, Connection& destination) {
  const std::unique_ptr<sqlite3_backup, BackupDeleter> backup(
      sqlite3_backup_init(destination.handle(), "main", source.handle(), "main"));
  if (!backup) {
    const int code = sqlite3_extended_errcode(destination.handle());
    return sqlite::FromSqlite(destination.handle(), code, "start the backup");
  }
  const int code = sqlite3_backup_step(backup.get(), -1);
  if (code != SQLITE_DONE) {
    return sqlite::FromSqlite(destination.handle(), code, "copy the pages");
  }
  return {};
}

/// The header that was copied asks for a WAL; a single file must not.
Result<void> LeaveWalMode(Connection& copy) {
  Result<std::string> mode = copy.QueryText("PRAGMA journal_mode=DELETE");
  if (!mode) return mode.error();
  if (*mode != "delete") return sqlite::Damaged("the copy stays in WAL mode");
  return {};
}

Result<void> CheckCopy(Connection& copy) {
  Result<std::string> verdict = copy.QueryText("PRAGMA integrity_check(1)");
  if (!verdict) return verdict.error();
  if (*verdict != "ok") {
    return Error(ErrorKind::kInternal, ErrorSource::kGateway,
                 "the copy is damaged: so is the database; restore an older backup")
        .WithDetail(*verdict);
  }
  return {};
}

Result<void> CopyTo(Connection& source, const std::string& path) {
  Result<std::unique_ptr<Connection>> copy = Connection::Open(path, OpenMode::kCopy);
  if (!copy) return copy.error();
  Result<void> done = CopyPages(source, **copy);
  if (done) done = LeaveWalMode(**copy);
  if (done) done = CheckCopy(**copy);
  return done;
}

}  // namespace

Result<void> BackupDatabase(const std::string& database_path, const std::string& destination_path) {
  if (FileSize(destination_path)) {
    return Failed(Error(ErrorKind::kConflict, ErrorSource::kCaller,
                        destination_path + " exists already and is not overwritten; choose "
                                           "another name"));
  }
  if (FileSize(database_path).value_or(0) == 0) {
    return Failed(Error(ErrorKind::kNotFound, ErrorSource::kCaller,
                        "there is no database at " + database_path));
  }
  Result<std::unique_ptr<Connection>> source = Connection::Open(database_path, OpenMode::kReadOnly);
  if (!source) return Failed(source.error());
  Result<void> done = CheckSource(**source, database_path);
  if (!done) return Failed(done.error());

  const TemporaryFile temporary(destination_path);
  done = CreatePrivateFile(temporary.path());
  if (done) done = CopyTo(**source, temporary.path());
  if (done) done = SyncPath(temporary.path());
  if (done) done = RenameToFreeName(temporary.path(), destination_path);
  if (done) done = SyncPath(DirectoryOf(destination_path));
  if (!done) return Failed(done.error());
  return {};
}

}  // namespace sallyport::store
