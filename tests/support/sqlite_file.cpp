#include "support/sqlite_file.h"

#include <sqlite3.h>

namespace sallyport::test {

std::string RunSql(const std::string& database, const std::string& sql) {
  sqlite3* connection = nullptr;
  std::string message;
  if (sqlite3_open(database.c_str(), &connection) != SQLITE_OK) {
    message = "cannot open " + database;
  } else {
    char* text = nullptr;
    if (sqlite3_exec(connection, sql.c_str(), nullptr, nullptr, &text) != SQLITE_OK) {
      message = text != nullptr ? text : "failed";
    }
    sqlite3_free(text);
  }
  sqlite3_close(connection);
  return message;
}

}  // namespace sallyport::test
