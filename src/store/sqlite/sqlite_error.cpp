#include "store/sqlite/sqlite_error.h"

#include <string>

#include <sqlite3.h>

namespace sallyport::store::sqlite {
namespace {

constexpr int kRetryAfterSeconds = 5;

/// What the caller reads for codes that are no bug of ours; "" for the others.
std::string_view UnavailableMessage(int code) {
  switch (code & 0xff) {
    case SQLITE_FULL:
      return "the store cannot write: its disk is full";
    case SQLITE_IOERR:
      return "the store cannot read or write its files: the disk reports an error";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return "the store is locked by another process";
    case SQLITE_CANTOPEN:
      return "the store cannot open its files";
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return "the store may not write its files";
    case SQLITE_NOMEM:
      return "the store is out of memory";
    default:
      return "";
  }
}

std::string DetailOf(sqlite3* database, int code, std::string_view doing) {
  std::string detail =
      std::string(doing) + ": SQLite code " + std::to_string(code) + ", " + sqlite3_errstr(code);
  // Messages of SQLite name tables, columns and SQL text; values are always bound, never in it.
  if (database != nullptr) detail += std::string(" (") + sqlite3_errmsg(database) + ")";
  return detail;
}

}  // namespace

Error FromSqlite(sqlite3* database, int code, std::string_view doing) {
  const std::string_view unavailable = UnavailableMessage(code);
  std::string detail = DetailOf(database, code, doing);
  if (!unavailable.empty()) {
    return Error(ErrorKind::kStoreUnavailable, ErrorSource::kGateway, std::string(unavailable))
        .WithRetryAfter(kRetryAfterSeconds)
        .WithDetail(std::move(detail));
  }
  const bool damaged = (code & 0xff) == SQLITE_CORRUPT || (code & 0xff) == SQLITE_NOTADB;
  return Error(ErrorKind::kInternal, ErrorSource::kGateway,
               damaged ? "the database is damaged" : "the store failed")
      .WithDetail(std::move(detail));
}

Error Damaged(std::string_view what) {
  return Error(ErrorKind::kInternal, ErrorSource::kGateway, "the store holds damaged data")
      .WithDetail(std::string(what));
}

}  // namespace sallyport::store::sqlite
