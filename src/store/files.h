// What SQLite does not do: private files, durable renames.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sallyport/base/result.h"

namespace sallyport::store {

/// The size, nullopt when there is nothing at `path`.
[[nodiscard]] std::optional<std::uint64_t> FileSize(const std::string& path);
/// "." for a bare file name.
[[nodiscard]] std::string DirectoryOf(const std::string& path);

/// An empty file, mode 0600; an error when something is there already. Errors of all three name
/// the path and the system's reason.
[[nodiscard]] Result<void> CreatePrivateFile(const std::string& path);
/// Brings a file, or the entries of a directory, to the disk.
[[nodiscard]] Result<void> SyncPath(const std::string& path);
/// Atomic; conflict when `to` exists.
[[nodiscard]] Result<void> RenameToFreeName(const std::string& from, const std::string& to);

}  // namespace sallyport::store
