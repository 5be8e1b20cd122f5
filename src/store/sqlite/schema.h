// The tables, and how an older database becomes this one.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "sallyport/base/result.h"
#include "store/sqlite/connection.h"

namespace sallyport::store::sqlite {

/// "SALY": in the header of every database of this program (PRAGMA application_id).
inline constexpr std::int64_t kApplicationId = 0x53414C59;
/// PRAGMA user_version that this build writes; one more for every migration.
[[nodiscard]] std::int64_t SchemaVersion();

/// Applies the missing migrations. Call it inside a transaction.
Result<void> Migrate(Connection& connection);

/// Where sealed values are: `column` holds the blob, `key_column` the id of its data key. Rotation
/// and key lists walk this table; a new sealed column is added here. Every table has `id`.
struct SealedColumn {
  std::string_view table;
  std::string_view column;
  std::string_view key_column;
  /// Schema version that brought it: keys are listed of older databases, too.
  std::int64_t since;
};
inline constexpr SealedColumn kResourceSecrets{"resources", "secrets", "secrets_key", 1};
inline constexpr SealedColumn kQuerySecrets{"queries", "secrets", "secrets_key", 2};
inline constexpr SealedColumn kTokenSecrets{"token_sets", "secrets", "secrets_key", 3};
inline constexpr std::array kSealedColumns{kResourceSecrets, kQuerySecrets, kTokenSecrets};

}  // namespace sallyport::store::sqlite
