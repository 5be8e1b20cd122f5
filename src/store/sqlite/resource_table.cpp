#include "store/sqlite/resource_table.h"

#include "sallyport/base/strings.h"
#include "store/secrets_json.h"
#include "store/sqlite/columns.h"
#include "store/sqlite/paging.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/sqlite_error.h"

namespace sallyport::store::sqlite {
namespace {

constexpr std::string_view kList = "resources";

Error NotFound(const std::string& slug) {
  return Error(ErrorKind::kNotFound, ErrorSource::kCaller, "no resource is named \"" + slug + "\"");
}

Error Taken(const std::string& slug) {
  return Error(ErrorKind::kConflict, ErrorSource::kCaller,
               "a resource named \"" + slug + "\" exists already; choose another slug");
}

Error PreconditionFailed(std::string message) {
  return Error(ErrorKind::kPreconditionFailed, ErrorSource::kCaller, std::move(message));
}

std::string NameOf(const Json& body) {
  const auto name = body.find("name");
  return name != body.end() && name->is_string() ? name->get<std::string>() : "";
}

/// Columns: id, slug, version, created_at, updated_at, body.
Result<Resource> ReadRow(const Statement& row) {
  Resource resource;
  resource.id = row.Int(0);
  resource.slug = row.Text(1);
  resource.version = row.Int(2);
  resource.created_at = FromMillis(row.Int(3));
  resource.updated_at = FromMillis(row.Int(4));
  Result<Json> body = JsonFrom(row.Text(5));
  if (!body) return body.error();
  resource.document.body = std::move(*body);
  return resource;
}

}  // namespace

Result<Page<Resource>> ResourceTable::List(const ListQuery& query) {
  Result<std::string> after = ReadTextCursor(kList, query.cursor);
  if (!after) return after.error();
  // The search reads the index alone and touches rows only where it finds something.
  Statement rows(connection_,
                 query.search.empty()
                     ? "SELECT id, slug, version, created_at, updated_at, body FROM resources"
                       " WHERE slug > ?1 ORDER BY slug LIMIT ?2"
                     : "SELECT id, slug, version, created_at, updated_at, body FROM resources"
                       " INDEXED BY resources_search"
                       " WHERE slug > ?1 AND instr(search, ?3) > 0 ORDER BY slug LIMIT ?2");
  if (query.search.empty()) {
    rows.Bind(*after, RowsToAsk(query));
  } else {
    rows.Bind(*after, RowsToAsk(query), FoldCase(query.search));
  }
  return ReadPage<Resource>(rows, query, kList, ReadRow,
                            [](const Statement& row) { return std::string(row.Text(1)); });
}

Result<Resource> ResourceTable::Get(const std::string& slug, WithSecrets secrets) {
  Statement row(connection_,
                "SELECT id, slug, version, created_at, updated_at, body, secrets FROM resources"
                " WHERE slug = ?1");
  Result<bool> there = row.Bind(slug).Step();
  if (!there) return there.error();
  if (!*there) return NotFound(slug);
  Result<Resource> resource = ReadRow(row);
  if (!resource || secrets == WithSecrets::kNo || row.IsNull(6)) return resource;
  Result<Secrets> opened = OpenSecrets(resource->id, row.Bytes(6));
  if (!opened) return opened.error();
  resource->document.secrets = std::move(*opened);
  return resource;
}

Result<Resource> ResourceTable::Create(const std::string& slug, Document document) {
  Result<bool> taken = Exists(slug);
  if (!taken) return taken.error();
  if (*taken) return Taken(slug);
  MaskSecrets(document);
  const std::int64_t now = ToMillis(clock_.Now());
  Statement insert(connection_,
                   "INSERT INTO resources (slug, version, created_at, updated_at, search, body)"
                   " VALUES (?1, 1, ?2, ?2, ?3, ?4)");
  Result<void> written =
      insert.Bind(slug, now, SearchText({slug, NameOf(document.body)}), DumpJson(document.body))
          .Run();
  if (!written) return written.error();
  Resource resource;
  resource.id = connection_.last_id();
  written = WriteSecrets(resource.id, document.secrets);
  if (!written) return written.error();
  resource.slug = slug;
  resource.created_at = resource.updated_at = FromMillis(now);
  resource.document.body = std::move(document.body);
  return resource;
}

Result<Resource> ResourceTable::Update(const std::string& slug, const std::string& new_slug,
                                       Document document, const Precondition& when) {
  Result<Found> found = FindForWrite(slug, when);
  if (!found) return found.error();
  if (slug != new_slug) {
    Result<bool> taken = Exists(new_slug);
    if (!taken) return taken.error();
    if (*taken) return Taken(new_slug);
  }
  MaskSecrets(document);
  const std::int64_t now = ToMillis(clock_.Now());
  const std::int64_t version = found->version + 1;
  Statement update(connection_,
                   "UPDATE resources SET slug = ?2, version = ?3, updated_at = ?4, search = ?5,"
                   " body = ?6 WHERE id = ?1");
  Result<void> written =
      update
          .Bind(found->id, new_slug, version, now, SearchText({new_slug, NameOf(document.body)}),
                DumpJson(document.body))
          .Run();
  if (written) written = WriteSecrets(found->id, document.secrets);
  if (!written) return written.error();
  Resource resource;
  resource.id = found->id;
  resource.slug = new_slug;
  resource.version = version;
  resource.created_at = found->created_at;
  resource.updated_at = FromMillis(now);
  resource.document.body = std::move(document.body);
  return resource;
}

Result<void> ResourceTable::Delete(const std::string& slug, const Precondition& when) {
  Result<Found> found = FindForWrite(slug, when);
  if (!found) return found.error();
  Statement remove(connection_, "DELETE FROM resources WHERE id = ?1");
  return remove.Bind(found->id).Run();
}

Result<void> ResourceTable::ForEach(const std::function<void(Resource&&, bool broken)>& visit) {
  Statement rows(connection_,
                 "SELECT id, slug, version, created_at, updated_at, body, secrets FROM resources"
                 " ORDER BY id");
  while (true) {
    Result<bool> there = rows.Step();
    if (!there) return there.error();
    if (!*there) return {};
    Result<Resource> resource = ReadRow(rows);
    if (!resource) {
      Resource unreadable;
      unreadable.id = rows.Int(0);
      unreadable.slug = rows.Text(1);
      unreadable.version = rows.Int(2);
      visit(std::move(unreadable), true);
      continue;
    }
    bool broken = false;
    if (!rows.IsNull(6)) {
      Result<Secrets> opened = OpenSecrets(resource->id, rows.Bytes(6));
      broken = !opened;
      if (opened) resource->document.secrets = std::move(*opened);
    }
    visit(std::move(*resource), broken);
  }
}

Result<ResourceTable::Found> ResourceTable::FindForWrite(const std::string& slug,
                                                         const Precondition& when) {
  Statement row(connection_, "SELECT id, version, created_at FROM resources WHERE slug = ?1");
  Result<bool> there = row.Bind(slug).Step();
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
  if (when.id && *when.id != found.id) {
    return PreconditionFailed("the resource was deleted and made anew in the meantime");
  }
  if (when.version && *when.version != found.version) {
    return PreconditionFailed("the resource was changed in the meantime: If-Match names version " +
                              std::to_string(*when.version) + ", stored is version " +
                              std::to_string(found.version));
  }
  return found;
}

Result<bool> ResourceTable::Exists(const std::string& slug) {
  Statement row(connection_, "SELECT 1 FROM resources WHERE slug = ?1");
  return row.Bind(slug).Step();
}

Result<void> ResourceTable::WriteSecrets(std::int64_t id, const Secrets& secrets) {
  Statement update(connection_,
                   "UPDATE resources SET secrets = ?2, secrets_key = ?3 WHERE id = ?1");
  if (secrets.empty()) return update.Bind(id, std::nullopt, std::nullopt).Run();
  const std::string blob = SecretsToJson(secrets).Reveal([&](std::string_view text) {
    return keyring_.Seal(text, kResourceSecrets.table, id, kResourceSecrets.column);
  });
  return update.Bind(id, Blob{blob}, keyring_.active_id()).Run();
}

Result<Secrets> ResourceTable::OpenSecrets(std::int64_t id, std::string_view blob) const {
  Result<Secret> text = keyring_.Open(blob, kResourceSecrets.table, id, kResourceSecrets.column);
  if (!text) return text.error();
  return SecretsFromJson(*text);
}

}  // namespace sallyport::store::sqlite
