#include "support/fake_repository.h"

#include <limits>

#include "sallyport/base/strings.h"
#include "store/cursor.h"

namespace sallyport::test {
namespace {

using store::ApiKey;
using store::AuditEntry;
using store::ListQuery;
using store::Page;
using store::Query;
using store::Resource;
using store::Session;

Error NotFound(const std::string& what) {
  return Error(ErrorKind::kNotFound, ErrorSource::kCaller, "no " + what + " has this name");
}

Error Taken() { return Error(ErrorKind::kConflict, ErrorSource::kCaller, "taken"); }

bool Finds(const std::string& search, const std::string& text) {
  return FoldCase(text).find(FoldCase(search)) != std::string::npos;
}

template <typename Item>
std::string SearchText(const Item& item) {
  const Json& body = item.document.body;
  return item.slug + "\n" + (body.contains("name") ? body["name"].get<std::string>() : "");
}
std::string SearchText(const ApiKey& key) { return key.name; }
std::string SearchText(const Session& session) { return session.user; }

/// A page of a map by its key.
template <typename Item>
Result<Page<Item>> PageOf(const std::map<std::string, Item>& items, const std::string& list,
                          const ListQuery& query) {
  Result<std::string> after = store::ReadTextCursor(list, query.cursor);
  if (!after) return after.error();
  Page<Item> page;
  std::string last;
  for (auto next = items.upper_bound(*after); next != items.end(); ++next) {
    if (!Finds(query.search, SearchText(next->second))) continue;
    if (page.items.size() == query.limit) {
      page.next_cursor = store::MakeCursor(list, last);
      break;
    }
    page.items.push_back(next->second);
    last = next->first;
  }
  return page;
}

template <typename Item>
Result<Page<Item>> WithoutSecrets(Result<Page<Item>> page) {
  if (!page) return page;
  for (Item& item : page->items) item.document.secrets.clear();
  return page;
}

// Resources and queries are maps of documents by slug.

template <typename Item>
Result<Item> Read(const std::map<std::string, Item>& items, const std::string& slug,
                  const std::string& noun, store::WithSecrets secrets, bool broken) {
  const auto found = items.find(slug);
  if (found == items.end()) return NotFound(noun);
  Item item = found->second;
  if (secrets == store::WithSecrets::kNo) {
    item.document.secrets.clear();
  } else if (broken) {
    return Error(ErrorKind::kInternal, ErrorSource::kGateway, "a secret does not open");
  }
  return item;
}

template <typename Item>
Result<void> Judge(const std::map<std::string, Item>& items, const std::string& slug,
                   const store::Precondition& when, const std::string& noun) {
  const auto found = items.find(slug);
  const bool exists = found != items.end();
  if ((when.must_not_exist && exists) ||
      (when.version && (!exists || found->second.version != *when.version)) ||
      (when.id && (!exists || found->second.id != *when.id))) {
    return Error(ErrorKind::kPreconditionFailed, ErrorSource::kCaller, "another version");
  }
  if (!exists) return NotFound(noun);
  return {};
}

template <typename Item>
Result<Item> Replace(std::map<std::string, Item>& items, const std::string& slug,
                     const std::string& new_slug, store::Document document,
                     const store::Precondition& when, const std::string& noun, SystemTime now) {
  Result<void> judged = Judge(items, slug, when, noun);
  if (!judged) return judged.error();
  if (slug != new_slug && items.count(new_slug) != 0) return Taken();
  Item item = items[slug];
  items.erase(slug);
  item.slug = new_slug;
  ++item.version;
  item.updated_at = now;
  item.document = std::move(document);
  items[new_slug] = item;
  item.document.secrets.clear();
  return item;
}

}  // namespace

Result<Page<Resource>> FakeRepository::ListResources(const ListQuery& query) {
  return WithoutSecrets(PageOf(resources_, "resources", query));
}

Result<Resource> FakeRepository::GetResource(const std::string& slug, store::WithSecrets secrets) {
  return Read(resources_, slug, "resource", secrets, broken_.count(slug) != 0);
}

Result<Resource> FakeRepository::CreateResource(const std::string& slug, store::Document document,
                                                const AuditEntry& audit) {
  if (resources_.count(slug) != 0) return Taken();
  Resource resource;
  resource.id = next_id_++;
  resource.slug = slug;
  resource.created_at = clock_.Now();
  resource.updated_at = resource.created_at;
  resource.document = std::move(document);
  resources_[slug] = resource;
  Append(audit);
  resource.document.secrets.clear();
  return resource;
}

Result<Resource> FakeRepository::UpdateResource(const std::string& slug,
                                                const std::string& new_slug,
                                                store::Document document,
                                                const store::Precondition& when,
                                                store::KeepTokens keep, const AuditEntry& audit) {
  if (before_update) before_update();
  Result<Resource> updated =
      Replace(resources_, slug, new_slug, std::move(document), when, "resource", clock_.Now());
  if (!updated) return updated;
  if (keep == store::KeepTokens::kNo) DropTokensOf(updated->id);
  broken_.erase(slug);
  Append(audit);
  return updated;
}

Result<void> FakeRepository::DeleteResource(const std::string& slug,
                                            const store::Precondition& when,
                                            const AuditEntry& audit) {
  Result<void> judged = Judge(resources_, slug, when, "resource");
  if (!judged) return judged;
  queries_.erase(resources_[slug].id);
  DropTokensOf(resources_[slug].id);
  resources_.erase(slug);
  Append(audit);
  return {};
}

Result<FakeRepository::Queries*> FakeRepository::QueriesOf(const std::string& resource_slug) {
  const auto found = resources_.find(resource_slug);
  if (found == resources_.end()) return NotFound("resource");
  return &queries_[found->second.id];
}

void FakeRepository::BreakQuery(const std::string& resource_slug, const std::string& slug) {
  broken_queries_.insert(queries_.at(resources_.at(resource_slug).id).at(slug).id);
}

Result<Page<Query>> FakeRepository::ListQueries(const std::string& resource_slug,
                                                const ListQuery& query) {
  Result<Queries*> queries = QueriesOf(resource_slug);
  if (!queries) return queries.error();
  return WithoutSecrets(PageOf(**queries, "queries", query));
}

Result<Query> FakeRepository::GetQuery(const std::string& resource_slug, const std::string& slug,
                                       store::WithSecrets secrets) {
  Result<Queries*> queries = QueriesOf(resource_slug);
  if (!queries) return queries.error();
  const auto found = (*queries)->find(slug);
  const bool broken = found != (*queries)->end() && broken_queries_.count(found->second.id) != 0;
  return Read(**queries, slug, "query", secrets, broken);
}

Result<Query> FakeRepository::CreateQuery(const std::string& resource_slug, const std::string& slug,
                                          store::Document document, const AuditEntry& audit) {
  Result<Queries*> queries = QueriesOf(resource_slug);
  if (!queries) return queries.error();
  if ((*queries)->count(slug) != 0) return Taken();
  Query query;
  query.id = next_id_++;
  query.resource_id = resources_[resource_slug].id;
  query.slug = slug;
  query.created_at = clock_.Now();
  query.updated_at = query.created_at;
  query.document = std::move(document);
  (**queries)[slug] = query;
  Append(audit);
  query.document.secrets.clear();
  return query;
}

Result<Query> FakeRepository::UpdateQuery(const std::string& resource_slug, const std::string& slug,
                                          const std::string& new_slug, store::Document document,
                                          const store::Precondition& when,
                                          const AuditEntry& audit) {
  if (before_update) before_update();
  Result<Queries*> queries = QueriesOf(resource_slug);
  if (!queries) return queries.error();
  Result<Query> updated =
      Replace(**queries, slug, new_slug, std::move(document), when, "query", clock_.Now());
  if (!updated) return updated;
  broken_queries_.erase(updated->id);
  Append(audit);
  return updated;
}

Result<void> FakeRepository::DeleteQuery(const std::string& resource_slug, const std::string& slug,
                                         const store::Precondition& when, const AuditEntry& audit) {
  Result<Queries*> queries = QueriesOf(resource_slug);
  if (!queries) return queries.error();
  Result<void> judged = Judge(**queries, slug, when, "query");
  if (!judged) return judged;
  (*queries)->erase(slug);
  Append(audit);
  return {};
}

Result<Page<ApiKey>> FakeRepository::ListApiKeys(const ListQuery& query) {
  return PageOf(api_keys_, "api_keys", query);
}

Result<void> FakeRepository::CreateApiKey(const ApiKey& key, const AuditEntry& audit) {
  api_keys_[key.id] = key;
  Append(audit);
  return {};
}

Result<std::vector<std::string>> FakeRepository::DeleteApiKey(const std::string& id,
                                                              const AuditEntry& audit) {
  if (api_keys_.erase(id) == 0) return NotFound("API key");
  std::vector<std::string> ended;
  for (auto next = sessions_.begin(); next != sessions_.end();) {
    const bool mine = next->second.created_by == id;
    if (mine) {
      ended.push_back(next->first);
      DropTokensOfSession(next->first);
    }
    next = mine ? sessions_.erase(next) : std::next(next);
  }
  AuditEntry entry = audit;
  if (!ended.empty()) entry.change["ended_sessions"] = ended;
  Append(entry);
  return ended;
}

Result<Page<Session>> FakeRepository::ListSessions(const ListQuery& query) {
  std::map<std::string, Session> running = sessions_;
  std::erase_if(running, [&](const auto& item) { return item.second.expires_at <= clock_.Now(); });
  return PageOf(running, "sessions", query);
}

Result<void> FakeRepository::CreateSession(const Session& session, const AuditEntry& audit) {
  if (disk_full) return DiskFull();
  const std::string& maker = session.created_by;
  if (maker != store::kBootstrapId && maker != store::kControlId && api_keys_.count(maker) == 0) {
    return Error(ErrorKind::kUnauthenticated, ErrorSource::kCaller, "the API key was revoked");
  }
  sessions_[session.id] = session;
  Append(audit);
  return {};
}

Result<void> FakeRepository::DeleteSession(const std::string& id, const AuditEntry& audit) {
  if (sessions_.erase(id) == 0) return NotFound("session");
  DropTokensOfSession(id);
  Append(audit);
  return {};
}

Result<std::vector<std::string>> FakeRepository::DeleteExpiredSessions(SystemTime now) {
  std::vector<std::string> ended;
  for (auto next = sessions_.begin(); next != sessions_.end();) {
    if (next->second.expires_at > now) {
      ++next;
      continue;
    }
    ended.push_back(next->first);
    DropTokensOfSession(next->first);
    next = sessions_.erase(next);
  }
  return ended;
}

Result<Page<AuditEntry>> FakeRepository::ListAudit(const ListQuery& query) {
  Result<std::int64_t> before =
      store::ReadNumberCursor("audit", query.cursor, std::numeric_limits<std::int64_t>::max());
  if (!before) return before.error();
  Page<AuditEntry> page;
  for (auto next = audit_.rbegin(); next != audit_.rend(); ++next) {
    if (next->id >= *before || !Finds(query.search, next->action + "\n" + next->object)) continue;
    if (page.items.size() == query.limit) {
      page.next_cursor = store::MakeCursor("audit", page.items.back().id);
      break;
    }
    page.items.push_back(*next);
  }
  return page;
}

Result<std::size_t> FakeRepository::RotateKeys(const AuditEntry& audit,
                                               const std::function<void()>& between) {
  std::size_t resealed = 0;
  for (const auto& [slug, resource] : resources_) resealed += resource.document.secrets.size();
  for (const auto& [id, queries] : queries_) {
    for (const auto& [slug, query] : queries) resealed += query.document.secrets.size();
  }
  resealed += tokens_.size();
  Append(audit);
  between();
  return resealed;
}

Result<void> FakeRepository::ForEachResource(
    const std::function<void(Resource&&, bool broken)>& visit) {
  for (const auto& [slug, stored] : resources_) {
    const bool broken = broken_.count(slug) != 0;
    Resource resource = stored;
    if (broken) resource.document.secrets.clear();
    visit(std::move(resource), broken);
  }
  return {};
}

Result<void> FakeRepository::ForEachQuery(const std::function<void(Query&&, bool broken)>& visit) {
  for (const auto& [resource_id, queries] : queries_) {
    for (const auto& [slug, stored] : queries) {
      const bool broken = broken_queries_.count(stored.id) != 0;
      Query query = stored;
      if (broken) query.document.secrets.clear();
      visit(std::move(query), broken);
    }
  }
  return {};
}

Result<void> FakeRepository::ForEachApiKey(const std::function<void(ApiKey&&)>& visit) {
  for (const auto& [id, key] : api_keys_) visit(ApiKey(key));
  return {};
}

Result<void> FakeRepository::ForEachSession(const std::function<void(Session&&)>& visit) {
  for (const auto& [id, session] : sessions_) visit(Session(session));
  return {};
}

void FakeRepository::Append(const AuditEntry& audit) {
  AuditEntry entry = audit;
  entry.id = static_cast<std::int64_t>(audit_.size()) + 1;
  audit_.push_back(std::move(entry));
}

}  // namespace sallyport::test
