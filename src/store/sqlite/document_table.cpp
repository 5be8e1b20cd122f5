#include "store/sqlite/document_table.h"

#include "sallyport/base/strings.h"
#include "store/secrets_json.h"
#include "store/sqlite/columns.h"
#include "store/sqlite/paging.h"
#include "store/sqlite/sqlite_error.h"

namespace sallyport::store::sqlite {
namespace {

Error PreconditionFailed(std::string message) {
  return Error(ErrorKind::kPreconditionFailed, ErrorSource::kCaller, std::move(message));
}

std::string NameOf(const Json& body) {
  const auto name = body.find("name");
  return name != body.end() && name->is_string() ? name->get<std::string>() : "";
}

constexpr int kBodyColumn = 6;
constexpr int kSecretsColumn = 7;

DocumentRow ReadWithoutBody(const Statement& row) {
  DocumentRow document;
  document.id = row.Int(0);
  document.owner = row.Int(1);
  document.slug = row.Text(2);
  document.version = row.Int(3);
  document.created_at = FromMillis(row.Int(4));
  document.updated_at = FromMillis(row.Int(5));
  return document;
}

Result<DocumentRow> ReadDocument(const Statement& row) {
  DocumentRow document = ReadWithoutBody(row);
  Result<Json> body = JsonFrom(row.Text(kBodyColumn));
  if (!body) return body.error();
  document.document.body = std::move(*body);
  return document;
}

}  // namespace

DocumentTable::Sql::Sql(const DocumentLayout& layout) {
  const std::string table(layout.sealed.table);
  const std::string owner = layout.owner_column.empty() ? "0" : std::string(layout.owner_column);
  const std::string secrets(layout.sealed.column);
  const std::string columns =
      "SELECT id, " + owner + ", slug, version, created_at, updated_at, body";
  const std::string mine = " WHERE " + owner + " = ?1 AND ";
  list = columns + " FROM " + table + mine + "slug > ?2 ORDER BY slug LIMIT ?3";
  // The search reads the index alone and touches rows only where it finds something.
  search = columns + " FROM " + table + " INDEXED BY " + table + "_search" + mine +
           "slug > ?2 AND instr(search, ?4) > 0 ORDER BY slug LIMIT ?3";
  get = columns + ", " + secrets + " FROM " + table + mine + "slug = ?2";
  find = "SELECT id, version, created_at FROM " + table + mine + "slug = ?2";
  const bool owned = !layout.owner_column.empty();
  insert = "INSERT INTO " + table + " (" + (owned ? owner + ", " : "") +
           "slug, version, created_at, updated_at, search, body) SELECT " + (owned ? "?1, " : "") +
           "?2, 1, ?3, ?3, ?4, ?5 WHERE ?1 IS NOT NULL";
  update = "UPDATE " + table +
           " SET slug = ?2, version = ?3, updated_at = ?4, search = ?5, body = ?6 WHERE id = ?1";
  remove = "DELETE FROM " + table + " WHERE id = ?1";
  for_each = columns + ", " + secrets + " FROM " + table + " ORDER BY id";
  set_secrets = "UPDATE " + table + " SET " + secrets + " = ?2, " +
                std::string(layout.sealed.key_column) + " = ?3 WHERE id = ?1";
}

DocumentTable::DocumentTable(Connection& connection, const crypto::Keyring& keyring,
                             const Clock& clock, const DocumentLayout& layout)
    : connection_(connection), keyring_(keyring), clock_(clock), layout_(layout), sql_(layout) {}

Result<Page<DocumentRow>> DocumentTable::List(std::int64_t owner, const ListQuery& query) {
  Result<std::string> after = ReadTextCursor(layout_.sealed.table, query.cursor);
  if (!after) return after.error();
  Statement rows(connection_, query.search.empty() ? sql_.list : sql_.search);
  if (query.search.empty()) {
    rows.Bind(owner, *after, RowsToAsk(query));
  } else {
    rows.Bind(owner, *after, RowsToAsk(query), FoldCase(query.search));
  }
  return ReadPage<DocumentRow>(rows, query, layout_.sealed.table, ReadDocument,
                               [](const Statement& row) { return std::string(row.Text(2)); });
}

Result<DocumentRow> DocumentTable::Get(std::int64_t owner, const std::string& slug,
                                       WithSecrets secrets) {
  Statement row(connection_, sql_.get);
  Result<bool> there = row.Bind(owner, slug).Step();
  if (!there) return there.error();
  if (!*there) return NotFound(slug);
  Result<DocumentRow> read = ReadDocument(row);
  if (!read || secrets == WithSecrets::kNo || row.IsNull(kSecretsColumn)) return read;
  Result<Secrets> opened = OpenSecrets(read->id, row.Bytes(kSecretsColumn));
  if (!opened) return opened.error();
  read->document.secrets = std::move(*opened);
  return read;
}

Result<DocumentRow> DocumentTable::Create(std::int64_t owner, const std::string& slug,
                                          Document document) {
  Result<void> done = JudgeFree(owner, slug);
  if (!done) return done.error();
  MaskSecrets(document);
  const std::int64_t now = ToMillis(clock_.Now());
  Statement insert(connection_, sql_.insert);
  done = insert
             .Bind(owner, slug, now, SearchText({slug, NameOf(document.body)}),
                   DumpJson(document.body))
             .Run();
  if (!done) return done.error();
  DocumentRow row;
  row.id = connection_.last_id();
  done = WriteSecrets(row.id, document.secrets);
  if (!done) return done.error();
  row.owner = owner;
  row.slug = slug;
  row.created_at = row.updated_at = FromMillis(now);
  row.document.body = std::move(document.body);
  return row;
}

Result<DocumentRow> DocumentTable::Update(std::int64_t owner, const std::string& slug,
                                          const std::string& new_slug, Document document,
                                          const Precondition& when) {
  Result<Found> found = FindForWrite(owner, slug, when);
  if (!found) return found.error();
  Result<void> done;
  if (slug != new_slug) done = JudgeFree(owner, new_slug);
  if (!done) return done.error();
  MaskSecrets(document);
  const std::int64_t now = ToMillis(clock_.Now());
  DocumentRow row;
  row.id = found->id;
  row.owner = owner;
  row.slug = new_slug;
  row.version = found->version + 1;
  row.created_at = found->created_at;
  row.updated_at = FromMillis(now);
  Statement update(connection_, sql_.update);
  done = update
             .Bind(row.id, new_slug, row.version, now,
                   SearchText({new_slug, NameOf(document.body)}), DumpJson(document.body))
             .Run();
  if (done) done = WriteSecrets(row.id, document.secrets);
  if (!done) return done.error();
  row.document.body = std::move(document.body);
  return row;
}

Result<void> DocumentTable::Delete(std::int64_t owner, const std::string& slug,
                                   const Precondition& when) {
  Result<Found> found = FindForWrite(owner, slug, when);
  if (!found) return found.error();
  Statement remove(connection_, sql_.remove);
  return remove.Bind(found->id).Run();
}

Result<void> DocumentTable::ForEach(const std::function<void(DocumentRow&&, bool broken)>& visit) {
  Statement rows(connection_, sql_.for_each);
  while (true) {
    Result<bool> there = rows.Step();
    if (!there) return there.error();
    if (!*there) return {};
    Result<DocumentRow> row = ReadDocument(rows);
    if (!row) {
      visit(ReadWithoutBody(rows), true);
      continue;
    }
    bool broken = false;
    if (!rows.IsNull(kSecretsColumn)) {
      Result<Secrets> opened = OpenSecrets(row->id, rows.Bytes(kSecretsColumn));
      broken = !opened;
      if (opened) row->document.secrets = std::move(*opened);
    }
    visit(std::move(*row), broken);
  }
}

Result<std::int64_t> DocumentTable::IdOf(std::int64_t owner, const std::string& slug) {
  Statement row(connection_, sql_.find);
  Result<bool> there = row.Bind(owner, slug).Step();
  if (!there) return there.error();
  if (!*there) return NotFound(slug);
  return row.Int(0);
}

Result<DocumentTable::Found> DocumentTable::FindForWrite(std::int64_t owner,
                                                         const std::string& slug,
                                                         const Precondition& when) {
  Statement row(connection_, sql_.find);
  Result<bool> there = row.Bind(owner, slug).Step();
  if (!there) return there.error();
  if (!*there) {
    if (when.version || when.id)
      return PreconditionFailed("If-Match names a version, but nothing is stored");
    return NotFound(slug);
  }
  const Found found{row.Int(0), row.Int(1), FromMillis(row.Int(2))};
  if (when.must_not_exist) {
    return PreconditionFailed("If-None-Match asks for a free slug, but \"" + slug + "\" exists");
  }
  const std::string noun(layout_.noun);
  if (when.id && *when.id != found.id) {
    return PreconditionFailed("the " + noun + " was deleted and made anew in the meantime");
  }
  if (when.version && *when.version != found.version) {
    return PreconditionFailed(
        "the " + noun + " was changed in the meantime: If-Match names version " +
        std::to_string(*when.version) + ", stored is version " + std::to_string(found.version));
  }
  return found;
}

Result<void> DocumentTable::JudgeFree(std::int64_t owner, const std::string& slug) {
  Statement row(connection_, sql_.find);
  Result<bool> there = row.Bind(owner, slug).Step();
  if (!there) return there.error();
  if (!*there) return {};
  return Error(ErrorKind::kConflict, ErrorSource::kCaller,
               "a " + std::string(layout_.noun) + " named \"" + slug +
                   "\" exists already; choose another slug");
}

Result<void> DocumentTable::WriteSecrets(std::int64_t id, const Secrets& secrets) {
  Statement update(connection_, sql_.set_secrets);
  if (secrets.empty()) return update.Bind(id, std::nullopt, std::nullopt).Run();
  const std::string blob = SecretsToJson(secrets).Reveal([&](std::string_view text) {
    return keyring_.Seal(text, layout_.sealed.table, id, layout_.sealed.column);
  });
  return update.Bind(id, Blob{blob}, keyring_.active_id()).Run();
}

Result<Secrets> DocumentTable::OpenSecrets(std::int64_t id, std::string_view blob) const {
  Result<Secret> text = keyring_.Open(blob, layout_.sealed.table, id, layout_.sealed.column);
  if (!text) return text.error();
  return SecretsFromJson(*text);
}

Error DocumentTable::NotFound(const std::string& slug) const {
  return Error(ErrorKind::kNotFound, ErrorSource::kCaller,
               "no " + std::string(layout_.noun) + " is named \"" + slug + "\"");
}

}  // namespace sallyport::store::sqlite
