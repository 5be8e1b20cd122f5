// The SQLite database of a data directory: opening, listing keys, backup. The only door to
// src/store/sqlite.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sallyport/base/clock.h"
#include "sallyport/base/result.h"
#include "sallyport/crypto/keyring.h"
#include "sallyport/store/repository.h"

namespace sallyport::store {

/// File name of the database in a data directory.
inline constexpr std::string_view kDatabaseName = "sallyport.db";

struct SqliteOptions {
  std::string path;                            ///< {data_dir}/sallyport.db
  std::vector<crypto::MasterKey> master_keys;  ///< the first seals, all open; never empty
};

/// Opens the database, creates it (mode 0600) when the file is absent, migrates an older schema.
/// Precondition: the caller holds the DataDirLock. `clock` outlives the repository.
///
/// Everything is checked before anything is written; on a refusal no byte on disk has changed. The
/// message is one line that says what to do. Refused: a file that is zero-length, damaged (PRAGMA
/// quick_check) or no database of this program, a newer schema, master keys that do not open the
/// active data key, a missing file whose WAL is still there, a directory that is not writable.
[[nodiscard]] Result<std::unique_ptr<Repository>> OpenSqliteRepository(SqliteOptions options,
                                                                       const Clock& clock);

/// A data key as `sallyport keys list` shows it.
struct DataKeyInfo {
  std::string id;
  std::string master_id;  ///< the master key that wraps it
  bool active = false;    ///< seals new values
  SystemTime created_at;
  std::int64_t values = 0;  ///< sealed under it
};

/// Needs no master key. Works beside a running gateway.
[[nodiscard]] Result<std::vector<DataKeyInfo>> ListDataKeys(const std::string& database_path);

/// Copies the database as it is at one moment into a new single file (mode 0600, no WAL needed).
/// Works beside a running gateway and stops no writer. The copy is written under a temporary name
/// in the destination's directory, checked (PRAGMA integrity_check), synced and then renamed; a
/// file that exists is never overwritten. Errors are one line.
[[nodiscard]] Result<void> BackupDatabase(const std::string& database_path,
                                          const std::string& destination_path);

}  // namespace sallyport::store
