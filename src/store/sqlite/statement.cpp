#include "store/sqlite/connection.h"
#include "store/sqlite/sqlite_error.h"

namespace sallyport::store::sqlite {

Statement::Statement(Connection& connection, std::string_view sql)
    : connection_(connection), sql_(sql), handle_(connection.Lease(sql, failure_)) {}

Statement::~Statement() {
  if (handle_) connection_.Return(sql_, std::move(handle_));
}

void Statement::Note(int code) {
  if (failure_ == SQLITE_OK) failure_ = code;
}

void Statement::BindOne(int index, std::int64_t value) {
  if (handle_) Note(sqlite3_bind_int64(handle_.get(), index, value));
}

void Statement::BindOne(int index, std::string_view text) {
  const char* data = text.data() == nullptr ? "" : text.data();  // a null pointer would bind NULL
  if (handle_) {
    Note(sqlite3_bind_text64(handle_.get(), index, data, text.size(), SQLITE_TRANSIENT,
                             SQLITE_UTF8));
  }
}

void Statement::BindOne(int index, Blob blob) {
  const char* data = blob.bytes.data() == nullptr ? "" : blob.bytes.data();
  if (handle_) {
    Note(sqlite3_bind_blob64(handle_.get(), index, data, blob.bytes.size(), SQLITE_TRANSIENT));
  }
}

void Statement::BindOne(int index, std::nullopt_t) {
  if (handle_) Note(sqlite3_bind_null(handle_.get(), index));
}

Result<bool> Statement::Step() {
  if (failure_ != SQLITE_OK) return FromSqlite(connection_.handle(), failure_, "prepare or bind");
  const int code = sqlite3_step(handle_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  Error error = FromSqlite(connection_.handle(), code, sql_);
  sqlite3_reset(handle_.get());
  return error;
}

Result<void> Statement::Run() {
  while (true) {
    Result<bool> row = Step();
    if (!row) return row.error();
    if (!*row) return {};
  }
}

std::int64_t Statement::Int(int column) const {
  return sqlite3_column_int64(handle_.get(), column);
}

std::optional<std::int64_t> Statement::OptionalInt(int column) const {
  if (IsNull(column)) return std::nullopt;
  return Int(column);
}

std::string_view Statement::Text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(handle_.get(), column));
  if (text == nullptr) return {};
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column))};
}

std::string_view Statement::Bytes(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(handle_.get(), column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column))};
}

bool Statement::IsNull(int column) const {
  return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL;
}

}  // namespace sallyport::store::sqlite
