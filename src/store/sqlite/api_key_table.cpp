#include "store/sqlite/caller_tables.h"
#include "store/sqlite/columns.h"
#include "store/sqlite/paging.h"

namespace sallyport::store::sqlite {
namespace {

constexpr std::string_view kKeyList = "api_keys";

/// Columns: position, id, token_digest, name, role, resources, act_as_users, created_at,
/// expires_at.
Result<ApiKey> ReadKey(const Statement& row) {
  ApiKey key;
  key.id = row.Text(1);
  key.token_digest = DigestFrom(row.Bytes(2));
  key.name = row.Text(3);
  key.role = row.Text(4) == "admin" ? Role::kAdmin : Role::kRunner;
  Result<std::vector<std::string>> resources = ListFrom(row.Text(5));
  if (!resources) return resources.error();
  key.resources = std::move(*resources);
  key.act_as_users = row.Int(6) != 0;
  key.created_at = FromMillis(row.Int(7));
  key.expires_at = FromMillis(row.OptionalInt(8));
  return key;
}

}  // namespace

Result<Page<ApiKey>> ApiKeyTable::List(const ListQuery& query) {
  return ReadNumberedPage<ApiKey>(
      connection_,
      "SELECT position, id, token_digest, name, role, resources, act_as_users,"
      " created_at, expires_at FROM api_keys"
      " WHERE position > ?1 AND (?2 = '' OR instr(search, ?2) > 0)"
      " ORDER BY position LIMIT ?3",
      query, kKeyList, 0, ReadKey);
}

Result<void> ApiKeyTable::Create(const ApiKey& key) {
  Statement insert(connection_,
                   "INSERT INTO api_keys (id, token_digest, name, search, role, resources,"
                   " act_as_users, created_at, expires_at)"
                   " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
  return insert
      .Bind(key.id, Blob{DigestBytes(key.token_digest)}, key.name, SearchText({key.name}),
            key.role == Role::kAdmin ? "admin" : "runner", ToText(key.resources), key.act_as_users,
            ToMillis(key.created_at), ToMillis(key.expires_at))
      .Run();
}

Result<void> ApiKeyTable::Delete(const std::string& id) {
  Statement remove(connection_, "DELETE FROM api_keys WHERE id = ?1");
  Result<void> removed = remove.Bind(id).Run();
  if (!removed) return removed;
  if (connection_.changes() == 0) {
    return Error(ErrorKind::kNotFound, ErrorSource::kCaller, "no API key has this id");
  }
  return {};
}

Result<void> ApiKeyTable::ForEach(const std::function<void(ApiKey&&)>& visit) {
  Statement rows(connection_,
                 "SELECT position, id, token_digest, name, role, resources, act_as_users,"
                 " created_at, expires_at FROM api_keys ORDER BY position");
  return VisitRows(rows, ReadKey, visit);
}

}  // namespace sallyport::store::sqlite
