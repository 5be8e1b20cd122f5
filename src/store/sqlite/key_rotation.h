// Reseals everything under a new data key, in steps that may be interrupted at any point.
#pragma once

#include <functional>

#include "sallyport/crypto/keyring.h"
#include "store/sqlite/audit_table.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/data_key_table.h"
#include "store/sqlite/schema.h"

namespace sallyport::store::sqlite {

/// First one transaction: the new data key is stored as the active one and every older one is
/// wrapped again by the first master key; from then on older master keys are not needed. Then
/// values are resealed, some hundred in a transaction; each row names its data key, so at every
/// moment all values open. At last data keys that no value needs are removed. What an interrupted
/// run left is finished by the next one. A value that does not open is left as it is, with its key.
class KeyRotation {
 public:
  KeyRotation(Connection& connection, crypto::Keyring& keyring, AuditTable& audit,
              const Clock& clock)
      : connection_(connection),
        keyring_(keyring),
        audit_(audit),
        clock_(clock),
        data_keys_(connection) {}

  /// The number of values resealed. `between` is called after every transaction but the last; what
  /// it writes is sealed by the new key already.
  Result<std::size_t> Run(const AuditEntry& audit, const std::function<void()>& between);

 private:
  struct Batch {
    std::int64_t last_id = 0;  ///< where the next batch starts
    std::size_t rows = 0;      ///< seen
    std::size_t resealed = 0;
  };
  Result<void> Begin(const AuditEntry& audit);
  Result<std::size_t> ResealColumn(const SealedColumn& sealed,
                                   const std::function<void()>& between);
  Result<Batch> ResealBatch(const SealedColumn& sealed, std::int64_t after);
  Result<void> RemoveUnneededKeys();

  Connection& connection_;
  crypto::Keyring& keyring_;
  AuditTable& audit_;
  const Clock& clock_;
  DataKeyTable data_keys_;
};

}  // namespace sallyport::store::sqlite
