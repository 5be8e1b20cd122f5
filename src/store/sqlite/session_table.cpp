#include "store/sqlite/caller_tables.h"
#include "store/sqlite/columns.h"
#include "store/sqlite/paging.h"

namespace sallyport::store::sqlite {
namespace {

constexpr std::string_view kSessionList = "sessions";

/// The rest of a DELETE ... RETURNING id.
Result<std::vector<std::string>> IdsOf(Statement& removal) {
  std::vector<std::string> ids;
  while (true) {
    Result<bool> there = removal.Step();
    if (!there) return there.error();
    if (!*there) return ids;
    ids.emplace_back(removal.Text(0));
  }
}

/// Columns: position, id, token_digest, user, attributes, resources, created_by, created_at,
/// expires_at.
Result<Session> ReadSession(const Statement& row) {
  Session session;
  session.id = row.Text(1);
  session.token_digest = DigestFrom(row.Bytes(2));
  session.user = row.Text(3);
  Result<Json> attributes = JsonFrom(row.Text(4));
  if (!attributes) return attributes.error();
  session.attributes = std::move(*attributes);
  Result<std::vector<std::string>> resources = ListFrom(row.Text(5));
  if (!resources) return resources.error();
  session.resources = std::move(*resources);
  session.created_by = row.Text(6);
  session.created_at = FromMillis(row.Int(7));
  session.expires_at = FromMillis(row.Int(8));
  return session;
}

}  // namespace

Result<Page<Session>> SessionTable::List(const ListQuery& query, SystemTime now) {
  Result<std::int64_t> after = ReadNumberCursor(kSessionList, query.cursor, 0);
  if (!after) return after.error();
  Statement rows(connection_,
                 "SELECT position, id, token_digest, user, attributes, resources, created_by,"
                 " created_at, expires_at FROM sessions"
                 " WHERE position > ?1 AND (?2 = '' OR instr(search, ?2) > 0) AND expires_at > ?4"
                 " ORDER BY position LIMIT ?3");
  rows.Bind(*after, FoldCase(query.search), RowsToAsk(query), ToMillis(now));
  return ReadPage<Session>(rows, query, kSessionList, ReadSession, PositionOf);
}

Result<void> SessionTable::Create(const Session& session) {
  Statement insert(connection_,
                   "INSERT INTO sessions (id, token_digest, user, search, attributes, resources,"
                   " created_by, created_at, expires_at)"
                   " SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 WHERE ?7 IN (?10, ?11)"
                   " OR EXISTS (SELECT 1 FROM api_keys WHERE id = ?7)");
  Result<void> written =
      insert
          .Bind(session.id, Blob{DigestBytes(session.token_digest)}, session.user,
                SearchText({session.user}), DumpJson(session.attributes), ToText(session.resources),
                session.created_by, ToMillis(session.created_at), ToMillis(session.expires_at),
                kBootstrapId, kControlId)
          .Run();
  if (written && connection_.changes() == 0) {
    return Error(ErrorKind::kUnauthenticated, ErrorSource::kCaller, "the API key was revoked");
  }
  return written;
}

Result<void> SessionTable::Delete(const std::string& id) {
  Statement remove(connection_, "DELETE FROM sessions WHERE id = ?1");
  Result<void> removed = remove.Bind(id).Run();
  if (!removed) return removed;
  if (connection_.changes() == 0) {
    return Error(ErrorKind::kNotFound, ErrorSource::kCaller, "no session has this id");
  }
  return {};
}

Result<std::vector<std::string>> SessionTable::DeleteExpired(SystemTime now) {
  Statement remove(connection_, "DELETE FROM sessions WHERE expires_at <= ?1 RETURNING id");
  remove.Bind(ToMillis(now));
  return IdsOf(remove);
}

Result<std::vector<std::string>> SessionTable::DeleteCreatedBy(const std::string& key_id) {
  Statement remove(connection_, "DELETE FROM sessions WHERE created_by = ?1 RETURNING id");
  remove.Bind(key_id);
  return IdsOf(remove);
}

Result<void> SessionTable::ForEach(const std::function<void(Session&&)>& visit) {
  Statement rows(connection_,
                 "SELECT position, id, token_digest, user, attributes, resources, created_by,"
                 " created_at, expires_at FROM sessions ORDER BY position");
  return VisitRows(rows, ReadSession, visit);
}

}  // namespace sallyport::store::sqlite
