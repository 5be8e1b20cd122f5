// The border to SQLite: its codes become Errors here and nowhere else.
#pragma once

#include <string_view>

#include "sallyport/base/error.h"

struct sqlite3;

namespace sallyport::store::sqlite {

/// What passes by itself or after help (full disk, I/O error, lock) is store_unavailable with
/// Retry-After; damage and bugs are internal. `doing` goes to the log only.
[[nodiscard]] Error FromSqlite(sqlite3* database, int code, std::string_view doing);

/// A row or sealed value that is not what this program wrote.
[[nodiscard]] Error Damaged(std::string_view what);

}  // namespace sallyport::store::sqlite
