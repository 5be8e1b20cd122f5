#include "store/sqlite/token_table.h"

#include <algorithm>
#include <utility>

#include "sallyport/base/strings.h"
#include "store/sqlite/columns.h"
#include "store/sqlite/paging.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/sqlite_error.h"
#include "store/token_secrets.h"

namespace sallyport::store::sqlite {
namespace {

constexpr std::string_view kTokenList = "token_sets";

/// What ReadTokens reads; one more column follows.
constexpr std::string_view kColumns =
    "SELECT t.id, t.resource_id, t.owner_kind, t.owner_id, t.user, t.version, t.fingerprint,"
    " t.scope, t.obtained_at, t.expires_at, t.last_refresh_at, t.last_error, t.dead, ";
constexpr int kNextColumn = 13;

/// The parameters: the id to go on from, the folded text to look for ('' = any), the time now, and
/// the user when `condition` names one. No LIMIT: a filter may pass over any number of rows, and a
/// row that is not stepped to costs nothing.
std::string ListSql(std::string_view condition) {
  std::string sql(kColumns);
  sql += "r.slug FROM token_sets t JOIN resources r ON r.id = t.resource_id";
  sql += " WHERE t.id > ?1 AND (?2 = '' OR instr(t.search, ?2) > 0 OR instr(r.search, ?2) > 0)";
  sql += " AND (t.session_id IS NULL OR EXISTS (SELECT 1 FROM sessions s";
  sql += " WHERE s.id = t.session_id AND s.expires_at > ?3))";
  sql.append(condition).append(" ORDER BY t.id");
  return sql;
}

std::optional<OwnerKind> OwnerKindFrom(std::string_view text) {
  for (const OwnerKind kind :
       {OwnerKind::kSession, OwnerKind::kUser, OwnerKind::kShared, OwnerKind::kClient}) {
    if (ToString(kind) == text) return kind;
  }
  return std::nullopt;
}

Result<TokenSet> ReadTokens(const Statement& row) {
  const auto kind = OwnerKindFrom(row.Text(2));
  if (!kind) return Damaged("a token set has an unknown owner");
  TokenSet set;
  set.id = row.Int(0);
  set.resource_id = row.Int(1);
  set.owner = {*kind, std::string(row.Text(3))};
  set.user = row.Text(4);
  set.version = row.Int(5);
  set.fingerprint = row.Text(6);
  set.scope = row.Text(7);
  set.obtained_at = FromMillis(row.Int(8));
  set.expires_at = FromMillis(row.OptionalInt(9));
  set.last_refresh_at = FromMillis(row.OptionalInt(10));
  set.last_error = row.Text(11);
  set.dead = row.Int(12) != 0;
  return set;
}

Result<ListedTokenSet> ReadListed(const Statement& row) {
  Result<TokenSet> set = ReadTokens(row);
  if (!set) return set.error();
  return ListedTokenSet{std::move(*set), std::string(row.Text(kNextColumn))};
}

/// As it will be read back.
TokenSet InMillis(TokenSet set) {
  set.obtained_at = FromMillis(ToMillis(set.obtained_at));
  set.expires_at = FromMillis(ToMillis(set.expires_at));
  set.last_refresh_at = FromMillis(ToMillis(set.last_refresh_at));
  return set;
}

Error PreconditionFailed(const char* message) {
  return Error(ErrorKind::kPreconditionFailed, ErrorSource::kCaller, message);
}

}  // namespace

Result<TokenSet> TokenTable::Put(TokenSet set, const Precondition& when) {
  Result<void> done = JudgeOwner(set);
  if (!done) return done.error();
  Result<std::optional<Stored>> found = Find(set);
  if (!found) return found.error();
  const std::optional<Stored>& stored = *found;
  if (when.must_not_exist && stored) return PreconditionFailed("there are tokens already");
  if ((when.id && (!stored || stored->id != *when.id)) ||
      (when.version && (!stored || stored->version != *when.version))) {
    return PreconditionFailed("the tokens were replaced or removed in the meantime");
  }
  set = InMillis(std::move(set));
  const std::int64_t before = stored ? stored->version : 0;
  set.version = when.version ? std::max(set.version, before) : before + 1;
  if (stored) {
    set.id = stored->id;
    done = Update(set);
  } else {
    done = Insert(set);
    set.id = connection_.last_id();
  }
  if (done) done = WriteTokens(set);
  if (!done) return done.error();
  return set;
}

Result<void> TokenTable::Delete(std::int64_t resource_id, const TokenOwnerId& owner) {
  Statement remove(connection_,
                   "DELETE FROM token_sets"
                   " WHERE resource_id = ?1 AND owner_kind = ?2 AND owner_id = ?3");
  Result<void> removed = remove.Bind(resource_id, ToString(owner.kind), owner.id).Run();
  if (removed && connection_.changes() == 0) {
    return Error(ErrorKind::kNotFound, ErrorSource::kCaller, "there are no tokens");
  }
  return removed;
}

Result<void> TokenTable::DeleteOf(std::int64_t resource_id) {
  Statement remove(connection_, "DELETE FROM token_sets WHERE resource_id = ?1");
  return remove.Bind(resource_id).Run();
}

Result<Page<ListedTokenSet>> TokenTable::List(const ListQuery& query,
                                              const TokenSetFilter& filter) {
  Result<std::int64_t> after = ReadNumberCursor(kTokenList, query.cursor, 0);
  if (!after) return after.error();
  const std::string sql = ListSql(filter.user ? " AND t.user = ?4" : "");
  Statement rows(connection_, sql);
  const std::int64_t now = ToMillis(clock_.Now());
  if (filter.user) {
    rows.Bind(*after, FoldCase(query.search), now, *filter.user);
  } else {
    rows.Bind(*after, FoldCase(query.search), now);
  }
  const auto shows = [&](const ListedTokenSet& listed) {
    return !filter.shows || filter.shows(listed);
  };
  return ReadPage<ListedTokenSet>(rows, query, kTokenList, ReadListed, PositionOf, shows);
}

Result<void> TokenTable::ForEach(const std::function<void(TokenSet&&, bool broken)>& visit) {
  const std::string sql = std::string(kColumns) + "t.secrets FROM token_sets t ORDER BY t.id";
  Statement rows(connection_, sql);
  while (true) {
    Result<bool> there = rows.Step();
    if (!there) return there.error();
    if (!*there) return {};
    Result<TokenSet> set = ReadTokens(rows);
    if (!set) return set.error();
    Result<Tokens> tokens = OpenTokens(set->id, rows.Bytes(kNextColumn));
    if (tokens) set->tokens = std::move(*tokens);
    visit(std::move(*set), !tokens);
  }
}

Result<void> TokenTable::JudgeOwner(const TokenSet& set) {
  Statement resource(connection_, "SELECT 1 FROM resources WHERE id = ?1");
  Result<bool> there = resource.Bind(set.resource_id).Step();
  if (!there) return there.error();
  if (!*there) {
    return Error(ErrorKind::kNotFound, ErrorSource::kCaller, "the resource was deleted");
  }
  if (set.owner.kind != OwnerKind::kSession) return {};
  Statement session(connection_, "SELECT 1 FROM sessions WHERE id = ?1 AND expires_at > ?2");
  there = session.Bind(set.owner.id, ToMillis(clock_.Now())).Step();
  if (!there) return there.error();
  if (*there) return {};
  return Error(ErrorKind::kUnauthenticated, ErrorSource::kCaller, "the session has ended");
}

Result<std::optional<TokenTable::Stored>> TokenTable::Find(const TokenSet& set) {
  Statement row(connection_,
                "SELECT id, version FROM token_sets"
                " WHERE resource_id = ?1 AND owner_kind = ?2 AND owner_id = ?3");
  Result<bool> there = row.Bind(set.resource_id, ToString(set.owner.kind), set.owner.id).Step();
  if (!there) return there.error();
  if (!*there) return std::optional<Stored>();
  return std::optional(Stored{row.Int(0), row.Int(1)});
}

Result<void> TokenTable::Insert(const TokenSet& set) {
  Statement insert(connection_,
                   "INSERT INTO token_sets (resource_id, owner_kind, owner_id, user, version,"
                   " fingerprint, scope, obtained_at, expires_at, last_refresh_at, last_error,"
                   " dead, search)"
                   " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)");
  return insert
      .Bind(set.resource_id, ToString(set.owner.kind), set.owner.id, set.user, set.version,
            set.fingerprint, set.scope, ToMillis(set.obtained_at), ToMillis(set.expires_at),
            ToMillis(set.last_refresh_at), set.last_error, set.dead, SearchText({set.user}))
      .Run();
}

Result<void> TokenTable::Update(const TokenSet& set) {
  Statement update(connection_,
                   "UPDATE token_sets SET user = ?2, version = ?3, fingerprint = ?4, scope = ?5,"
                   " obtained_at = ?6, expires_at = ?7, last_refresh_at = ?8, last_error = ?9,"
                   " dead = ?10, search = ?11 WHERE id = ?1");
  return update
      .Bind(set.id, set.user, set.version, set.fingerprint, set.scope, ToMillis(set.obtained_at),
            ToMillis(set.expires_at), ToMillis(set.last_refresh_at), set.last_error, set.dead,
            SearchText({set.user}))
      .Run();
}

Result<void> TokenTable::WriteTokens(const TokenSet& set) {
  const std::string blob = TokensToText(set.tokens).Reveal([&](std::string_view text) {
    return keyring_.Seal(text, kTokenSecrets.table, set.id, kTokenSecrets.column);
  });
  Statement update(connection_,
                   "UPDATE token_sets SET secrets = ?2, secrets_key = ?3 WHERE id = ?1");
  return update.Bind(set.id, Blob{blob}, keyring_.active_id()).Run();
}

Result<Tokens> TokenTable::OpenTokens(std::int64_t id, std::string_view blob) const {
  Result<Secret> text = keyring_.Open(blob, kTokenSecrets.table, id, kTokenSecrets.column);
  if (!text) return text.error();
  return TokensFromText(*text);
}

}  // namespace sallyport::store::sqlite
