// Rows of `data_keys`: data keys wrapped by master keys. No transactions of its own.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sallyport/crypto/keyring.h"
#include "sallyport/store/sqlite.h"
#include "store/sqlite/connection.h"

namespace sallyport::store::sqlite {

class DataKeyTable {
 public:
  explicit DataKeyTable(Connection& connection) : connection_(connection) {}

  /// Opens all stored keys. An error when the active one does not open; others that do not open
  /// are left out (the values under them are reported as broken one by one).
  Result<void> LoadInto(crypto::Keyring& keyring);
  /// Opens all stored keys. An error when one does not open that `current` holds.
  Result<void> LoadInto(crypto::Keyring& keyring, const crypto::Keyring& current);
  /// Stores a new key as the active one.
  Result<void> InsertActive(const crypto::WrappedKey& key, SystemTime now);
  Result<void> Replace(const crypto::WrappedKey& key);
  /// Ids of all keys but the active one.
  Result<std::vector<std::string>> Inactive();
  /// How many values are sealed under the key.
  Result<std::int64_t> CountValues(const std::string& id);
  Result<void> Delete(const std::string& id);
  Result<std::vector<DataKeyInfo>> List();

 private:
  using NotOpened =
      std::function<Result<void>(const crypto::WrappedKey& key, bool active, const Error& why)>;
  Result<void> Load(crypto::Keyring& keyring, const NotOpened& judge);

  Connection& connection_;
};

}  // namespace sallyport::store::sqlite
