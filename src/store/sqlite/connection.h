// One SQLite connection, its prepared statements and transactions. Used by one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <sqlite3.h>

#include "sallyport/base/result.h"

namespace sallyport::store::sqlite {

/// A column or parameter of bytes; a plain string_view is text.
struct Blob {
  std::string_view bytes;
};

struct StatementDeleter {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using StatementHandle = std::unique_ptr<sqlite3_stmt, StatementDeleter>;

class Connection;

/// A leased prepared statement: bind, step, read columns; goes back to the connection when it dies.
/// A failure to prepare or bind is reported by the first Step.
class Statement {
 public:
  Statement(Connection& connection, std::string_view sql);
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement();

  /// Binds all parameters, from the first on. Values are copied.
  template <typename... Values>
  Statement& Bind(const Values&... values) {
    int index = 0;
    (BindOne(++index, values), ...);
    return *this;
  }
  /// True: a row is there. False: the statement is done.
  Result<bool> Step();
  /// Steps to the end.
  Result<void> Run();

  // Columns of the current row, from 0; views live until the next Step.
  [[nodiscard]] std::int64_t Int(int column) const;
  [[nodiscard]] std::optional<std::int64_t> OptionalInt(int column) const;
  [[nodiscard]] std::string_view Text(int column) const;
  [[nodiscard]] std::string_view Bytes(int column) const;
  [[nodiscard]] bool IsNull(int column) const;

 private:
  void BindOne(int index, std::int64_t value);
  void BindOne(int index, bool value) { BindOne(index, static_cast<std::int64_t>(value)); }
  void BindOne(int index, std::string_view text);
  void BindOne(int index, const std::string& text) { BindOne(index, std::string_view(text)); }
  void BindOne(int index, const char* text) { BindOne(index, std::string_view(text)); }
  void BindOne(int index, Blob blob);
  void BindOne(int index, std::nullopt_t);
  template <typename T>
  void BindOne(int index, const std::optional<T>& value) {
    if (value) {
      BindOne(index, *value);
    } else {
      BindOne(index, std::nullopt);
    }
  }
  void Note(int code);

  Connection& connection_;
  std::string_view sql_;
  StatementHandle handle_;
  int failure_ = SQLITE_OK;
};

enum class OpenMode : std::uint8_t {
  kReadWrite,     ///< the one connection that writes and checkpoints
  kReadOnly,      ///< beside a running gateway: sees its WAL, never checkpoints
  kCopy,          ///< writes a backup: a plain file without WAL
  kInspect,       ///< changes no byte on disk; only while no other process writes
  kInspectAlone,  ///< the same for a file that has no WAL: it is not even looked for
};

class Connection {
 public:
  /// The file must exist.
  static Result<std::unique_ptr<Connection>> Open(const std::string& path, OpenMode mode);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  /// Runs one or more statements without parameters; rows are dropped. `sql` is a constant of ours.
  Result<void> Execute(const char* sql);
  /// The first column of the first row of a query that has one.
  Result<std::int64_t> QueryInt(std::string_view sql);
  Result<std::string> QueryText(std::string_view sql);
  /// Writes a page and commits it, changing nothing: the cheapest proof that writing works.
  Result<void> CommitNothing();
  [[nodiscard]] std::int64_t last_id() const { return sqlite3_last_insert_rowid(handle_); }
  /// Rows changed by the last statement.
  [[nodiscard]] std::int64_t changes() const { return sqlite3_changes64(handle_); }
  [[nodiscard]] sqlite3* handle() const { return handle_; }

 private:
  friend class Statement;
  explicit Connection(sqlite3* handle) : handle_(handle) {}
  [[nodiscard]] StatementHandle Lease(std::string_view sql, int& failure);
  void Return(std::string_view sql, StatementHandle statement);

  sqlite3* handle_;
  std::unordered_map<std::string, std::vector<StatementHandle>> idle_;
};

/// Rolls back unless committed.
class Transaction {
 public:
  explicit Transaction(Connection& connection) : connection_(connection) {}
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();

  Result<void> Begin();
  /// On an error nothing was changed: see the .cpp for what it takes to keep that promise.
  Result<void> Commit();

 private:
  void Rollback();
  Connection& connection_;
  bool open_ = false;
};

}  // namespace sallyport::store::sqlite
