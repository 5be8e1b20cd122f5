// The files that hold keys: checked before they are believed. Nothing of a key is ever in a
// message.
#pragma once

#include <string>
#include <vector>

#include "sallyport/base/result.h"
#include "sallyport/base/secret.h"
#include "sallyport/config/options.h"
#include "sallyport/crypto/keyring.h"

namespace sallyport::app {

/// Reads a small file. Refused: absent, empty, larger than 4 KiB, no regular file, or with a mode
/// that lets others in. The group counts as others, but for one case: a file that root gives to us
/// by the group (mode 0440, as container platforms mount secrets). Blanks and line ends around the
/// text are dropped.
[[nodiscard]] Result<Secret> ReadKeyFile(const std::string& path);

[[nodiscard]] Result<std::vector<crypto::MasterKey>> ReadMasterKeys(const config::Options& options);
/// At least 16 printable characters without blanks.
[[nodiscard]] Result<Secret> ReadAdminKey(const config::Options& options);

/// Writes a new file with mode 0600 and syncs it; never over one that exists.
[[nodiscard]] Result<void> WriteKeyFile(const std::string& path, const Secret& text);

/// --dev: makes the key files that are absent. data_dir exists.
[[nodiscard]] Result<void> MakeMissingKeyFiles(const config::Options& options);

}  // namespace sallyport::app
