#include "store/sqlite/connection.h"

#include <cctype>

#include "sallyport/base/encoding.h"
#include "store/sqlite/sqlite_error.h"

namespace sallyport::store::sqlite {
namespace {

// A second process never writes, so only recovery after a crash can make us wait.
constexpr int kBusyMilliseconds = 5000;

constexpr const char* kCommonSettings =
    "PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA temp_store=MEMORY;";

// FULL: NORMAL may lose the last commits when the power goes. secure_delete: an overwritten or
// deleted sealed value leaves no copy in free pages.
constexpr const char* kWriterSettings =
    "PRAGMA secure_delete=ON; PRAGMA foreign_keys=ON; PRAGMA synchronous=FULL;"
    "PRAGMA wal_autocheckpoint=1000; PRAGMA journal_size_limit=67108864;"
    "PRAGMA cache_size=-16384;";

// Exclusive before the first read: the index of the WAL is then kept in memory, no -shm is made.
constexpr const char* kInspectSettings = "PRAGMA locking_mode=EXCLUSIVE; PRAGMA query_only=ON;";

const char* SettingsOf(OpenMode mode) {
  switch (mode) {
    case OpenMode::kReadWrite:
      return kWriterSettings;
    case OpenMode::kReadOnly:
      return "PRAGMA query_only=ON;";
    case OpenMode::kCopy:
      return "PRAGMA synchronous=FULL;";
    case OpenMode::kInspect:
    case OpenMode::kInspectAlone:
      return kInspectSettings;
  }
  return "";
}

int FlagsOf(OpenMode mode) {
  const bool writes = mode == OpenMode::kReadWrite || mode == OpenMode::kCopy;
  const int access = writes ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
  return access | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
}

Result<void> EnterWalMode(Connection& connection) {
  Result<std::string> mode = connection.QueryText("PRAGMA journal_mode=WAL");
  if (!mode) return mode.error();
  if (*mode == "wal") return {};
  return Error(ErrorKind::kStoreUnavailable, ErrorSource::kGateway,
               "its file system has no shared memory, which a WAL needs");
}

/// Some builds of SQLite leave them out and ignore the setting: then the queries of a deleted
/// resource would stay.
Result<void> RequireForeignKeys(Connection& connection) {
  Result<std::int64_t> enforced = connection.QueryInt("PRAGMA foreign_keys");
  if (!enforced) return enforced.error();
  if (*enforced == 1) return {};
  return Error(ErrorKind::kInternal, ErrorSource::kGateway,
               "this build of SQLite enforces no foreign keys");
}

/// "unix-none" takes no file locks, so that nothing but reading is ever asked of the files.
const char* FileSystemOf(OpenMode mode) {
  const bool inspects = mode == OpenMode::kInspect || mode == OpenMode::kInspectAlone;
  return inspects ? "unix-none" : nullptr;
}

/// A file: URI, which alone can say "immutable".
std::string UriOf(const std::string& path, OpenMode mode) {
  std::string uri = "file:";
  for (const char c : path) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '/' || c == '.' ||
                       c == '-' || c == '_';
    uri += plain ? std::string(1, c) : "%" + HexEncode(std::string_view(&c, 1));
  }
  return mode == OpenMode::kInspectAlone ? uri + "?immutable=1" : uri;
}

}  // namespace

Result<std::unique_ptr<Connection>> Connection::Open(const std::string& path, OpenMode mode) {
  sqlite3* handle = nullptr;
  const int code =
      sqlite3_open_v2(UriOf(path, mode).c_str(), &handle, FlagsOf(mode), FileSystemOf(mode));
  std::unique_ptr<Connection> connection(new Connection(handle));
  if (code != SQLITE_OK) return FromSqlite(handle, code, "open the database");
  sqlite3_busy_timeout(handle, kBusyMilliseconds);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  if (mode != OpenMode::kReadWrite && mode != OpenMode::kCopy) {
    sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  }
  Result<void> set = connection->Execute(SettingsOf(mode));
  if (set) set = connection->Execute(kCommonSettings);
  if (set && mode == OpenMode::kReadWrite) set = RequireForeignKeys(*connection);
  if (set && mode == OpenMode::kReadWrite) set = EnterWalMode(*connection);
  if (!set) return set.error();
  return connection;
}

Connection::~Connection() {
  idle_.clear();
  sqlite3_close(handle_);
}

StatementHandle Connection::Lease(std::string_view sql, int& failure) {
  const auto found = idle_.find(std::string(sql));
  if (found != idle_.end() && !found->second.empty()) {
    StatementHandle statement = std::move(found->second.back());
    found->second.pop_back();
    return statement;
  }
  sqlite3_stmt* statement = nullptr;
  failure = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                               SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  return StatementHandle(statement);
}

void Connection::Return(std::string_view sql, StatementHandle statement) {
  sqlite3_reset(statement.get());
  sqlite3_clear_bindings(statement.get());
  idle_[std::string(sql)].push_back(std::move(statement));
}

Result<void> Connection::Execute(const char* sql) {
  const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return FromSqlite(handle_, code, sql);
  return {};
}

Result<std::int64_t> Connection::QueryInt(std::string_view sql) {
  Statement query(*this, sql);
  Result<bool> row = query.Step();
  if (!row) return row.error();
  if (!*row) return Damaged(sql);
  return query.Int(0);
}

Result<std::string> Connection::QueryText(std::string_view sql) {
  Statement query(*this, sql);
  Result<bool> row = query.Step();
  if (!row) return row.error();
  if (!*row) return Damaged(sql);
  return std::string(query.Text(0));
}

Result<void> Connection::CommitNothing() {
  Result<std::int64_t> version = QueryInt("PRAGMA user_version");
  if (!version) return version.error();
  const std::string same = "PRAGMA user_version=" + std::to_string(*version);
  Result<void> done = Execute("BEGIN IMMEDIATE");
  if (!done) return done;
  done = Execute(same.c_str());
  if (done) done = Execute("COMMIT");
  if (!done && sqlite3_get_autocommit(handle_) == 0) (void)Execute("ROLLBACK");
  return done;
}

Transaction::~Transaction() {
  if (open_) Rollback();
}

Result<void> Transaction::Begin() {
  Result<void> begun = connection_.Execute("BEGIN IMMEDIATE");
  open_ = begun.has_value();
  return begun;
}

Result<void> Transaction::Commit() {
  Result<void> committed = connection_.Execute("COMMIT");
  if (committed) {
    open_ = false;
    return committed;
  }
  Rollback();
  // When only the sync failed, the WAL already holds the whole transaction: a crash now would bring
  // back what was refused. Another commit overwrites those frames. If that fails too, the next
  // write does it.
  (void)connection_.CommitNothing();
  return committed;
}

void Transaction::Rollback() {
  open_ = false;
  // SQLite rolls back by itself on some errors; asking again would be an error of its own.
  if (sqlite3_get_autocommit(connection_.handle()) == 0) (void)connection_.Execute("ROLLBACK");
}

}  // namespace sallyport::store::sqlite
