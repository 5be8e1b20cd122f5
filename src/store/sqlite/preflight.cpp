#include "store/sqlite/preflight.h"

#include <fstream>
#include <memory>

#include <sys/stat.h>
#include <unistd.h>

#include "store/files.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/data_key_table.h"
#include "store/sqlite/schema.h"

namespace sallyport::store::sqlite {
namespace {

// https://www.sqlite.org/fileformat2.html#the_database_header
constexpr std::string_view kMagic("SQLite format 3\0", 16);
constexpr std::size_t kHeaderBytes = 100;

Error Refusal(const std::string& path, const std::string& why) {
  return Error(ErrorKind::kInternal, ErrorSource::kGateway, "database " + path + " " + why);
}

Error DamagedFile(const std::string& path, std::string detail) {
  return Refusal(path, "is damaged; restore a backup, or move the file away to start empty")
      .WithDetail(std::move(detail));
}

Result<void> CheckFile(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return Refusal(path, "is not a regular file; set data_dir to the right directory");
  }
  if (status.st_size == 0) {
    return Refusal(path,
                   "is empty (zero bytes); restore a backup, or remove the file to start empty");
  }
  if (access(path.c_str(), R_OK | W_OK) != 0 || access(DirectoryOf(path).c_str(), W_OK) != 0) {
    return Refusal(path,
                   "cannot be read and written by this user; correct the owner or mode of "
                   "the file and its directory");
  }
  return {};
}

Result<void> CheckHeader(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string header(kHeaderBytes, '\0');
  file.read(header.data(), static_cast<std::streamsize>(header.size()));
  if (!file || !header.starts_with(kMagic)) {
    return Refusal(
        path,
        "is damaged or not a SQLite database; restore a backup, or move the file away to "
        "start empty");
  }
  return {};
}

/// A database without WAL content is opened as immutable; else its WAL must be read, too.
Result<std::unique_ptr<Connection>> OpenForInspection(const std::string& path) {
  const bool has_wal = FileSize(path + "-wal").value_or(0) > 0;
  return Connection::Open(path, has_wal ? OpenMode::kInspect : OpenMode::kInspectAlone);
}

Result<void> CheckSchema(Connection& connection, const std::string& path) {
  Result<std::int64_t> application = connection.QueryInt("PRAGMA application_id");
  if (!application) return DamagedFile(path, application.error().detail());
  if (*application != kApplicationId) {
    return Refusal(path, "is not a Sallyport database; set data_dir to the right directory");
  }
  Result<std::int64_t> version = connection.QueryInt("PRAGMA user_version");
  if (!version) return DamagedFile(path, version.error().detail());
  if (*version > SchemaVersion()) {
    return Refusal(path, "has the schema version " + std::to_string(*version) +
                             ", this build knows up to " + std::to_string(SchemaVersion()) +
                             "; start the newer sallyport that wrote it, or restore a backup");
  }
  if (*version < 1) return DamagedFile(path, "user_version is below 1");
  return {};
}

Result<void> CheckPages(Connection& connection, const std::string& path) {
  Result<std::string> verdict = connection.QueryText("PRAGMA quick_check(1)");
  if (!verdict) return DamagedFile(path, verdict.error().detail());
  if (*verdict != "ok") return DamagedFile(path, *verdict);
  return {};
}

Result<void> CheckKeys(Connection& connection, const std::string& path,
                       const std::vector<crypto::MasterKey>& master_keys) {
  crypto::Keyring keyring(master_keys);
  Result<void> loaded = DataKeyTable(connection).LoadInto(keyring);
  if (!loaded) return Refusal(path, "cannot be used: " + loaded.error().message());
  return {};
}

}  // namespace

Result<FileVerdict> Inspect(const std::string& path,
                            const std::vector<crypto::MasterKey>& master_keys) {
  if (!FileSize(path)) {
    if (FileSize(path + "-wal").value_or(0) == 0) return FileVerdict::kAbsent;
    return Refusal(path,
                   "is missing but its -wal file is there; restore the database, or remove "
                   "the -wal file to start empty");
  }
  Result<void> fine = CheckFile(path);
  if (fine) fine = CheckHeader(path);
  if (!fine) return fine.error();
  Result<std::unique_ptr<Connection>> connection = OpenForInspection(path);
  if (!connection) return DamagedFile(path, connection.error().detail());
  fine = CheckSchema(**connection, path);
  if (fine) fine = CheckPages(**connection, path);
  if (fine) fine = CheckKeys(**connection, path, master_keys);
  if (!fine) return fine.error();
  return FileVerdict::kUsable;
}

}  // namespace sallyport::store::sqlite
