// Judges a database file before the first byte is written to it.
#pragma once

#include <string>
#include <vector>

#include "sallyport/base/result.h"
#include "sallyport/crypto/keyring.h"

namespace sallyport::store::sqlite {

enum class FileVerdict : std::uint8_t { kAbsent, kUsable };

/// An error when the file must not be used; its message is one line that says what to do. Reads
/// only: no byte of the database, its WAL or its directory changes. Precondition: no other process
/// writes (the data directory is locked).
[[nodiscard]] Result<FileVerdict> Inspect(const std::string& path,
                                          const std::vector<crypto::MasterKey>& master_keys);

}  // namespace sallyport::store::sqlite
