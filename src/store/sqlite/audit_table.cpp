#include "store/sqlite/audit_table.h"

#include <limits>

#include "store/sqlite/columns.h"
#include "store/sqlite/paging.h"

namespace sallyport::store::sqlite {
namespace {

constexpr std::string_view kAuditList = "audit";

/// Columns: id, at, actor_kind, actor_id, actor_name, user, peer, request_id, action, object,
/// change.
Result<AuditEntry> ReadEntry(const Statement& row) {
  AuditEntry entry;
  entry.id = row.Int(0);
  entry.at = FromMillis(row.Int(1));
  entry.actor_kind = row.Text(2);
  entry.actor_id = row.Text(3);
  entry.actor_name = row.Text(4);
  entry.user = row.Text(5);
  entry.peer = row.Text(6);
  entry.request_id = row.Text(7);
  entry.action = row.Text(8);
  entry.object = row.Text(9);
  Result<Json> change = JsonFrom(row.Text(10));
  if (!change) return change.error();
  entry.change = std::move(*change);
  return entry;
}

}  // namespace

Result<Page<AuditEntry>> AuditTable::List(const ListQuery& query) {
  return ReadNumberedPage<AuditEntry>(
      connection_,
      "SELECT id, at, actor_kind, actor_id, actor_name, user, peer, request_id, action,"
      " object, change FROM audit"
      " WHERE id < ?1 AND (?2 = '' OR instr(search, ?2) > 0)"
      " ORDER BY id DESC LIMIT ?3",
      query, kAuditList, std::numeric_limits<std::int64_t>::max(), ReadEntry);
}

Result<void> AuditTable::Append(const AuditEntry& entry) {
  Statement insert(connection_,
                   "INSERT INTO audit (at, actor_kind, actor_id, actor_name, user, peer,"
                   " request_id, action, object, search, change)"
                   " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)");
  return insert
      .Bind(ToMillis(entry.at), entry.actor_kind, entry.actor_id, entry.actor_name, entry.user,
            entry.peer, entry.request_id, entry.action, entry.object,
            SearchText({entry.action, entry.object, entry.actor_name, entry.user}),
            DumpJson(entry.change))
      .Run();
}

}  // namespace sallyport::store::sqlite
