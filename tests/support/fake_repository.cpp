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
using store::Resource;
using store::Session;

Error NotFound(const std::string& what) {
  return Error(ErrorKind::kNotFound, ErrorSource::kCaller, "no " + what + " has this name");
}

bool Finds(const std::string& search, const std::string& text) {
  return FoldCase(text).find(FoldCase(search)) != std::string::npos;
}

std::string SearchText(const Resource& resource) {
  const Json& body = resource.document.body;
  return resource.slug + "\n" + (body.contains("name") ? body["name"].get<std::string>() : "");
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

}  // namespace

Result<Page<Resource>> FakeRepository::ListResources(const ListQuery& query) {
  Result<Page<Resource>> page = PageOf(resources_, "resources", query);
  if (!page) return page;
  for (Resource& item : page->items) item.document.secrets.clear();
  return page;
}

Result<Resource> FakeRepository::GetResource(const std::string& slug, store::WithSecrets secrets) {
  const auto found = resources_.find(slug);
  if (found == resources_.end()) return NotFound("resource");
  Resource resource = found->second;
  if (secrets == store::WithSecrets::kNo) {
    resource.document.secrets.clear();
  } else if (broken_.count(slug) != 0) {
    return Error(ErrorKind::kInternal, ErrorSource::kGateway, "a secret does not open");
  }
  return resource;
}

Result<Resource> FakeRepository::CreateResource(const std::string& slug, store::Document document,
                                                const AuditEntry& audit) {
  if (resources_.count(slug) != 0) {
    return Error(ErrorKind::kConflict, ErrorSource::kCaller, "taken");
  }
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

Result<void> FakeRepository::Judge(const std::string& slug, const store::Precondition& when) const {
  const auto found = resources_.find(slug);
  const bool exists = found != resources_.end();
  if ((when.must_not_exist && exists) ||
      (when.version && (!exists || found->second.version != *when.version)) ||
      (when.id && (!exists || found->second.id != *when.id))) {
    return Error(ErrorKind::kPreconditionFailed, ErrorSource::kCaller, "another version");
  }
  if (!exists) return NotFound("resource");
  return {};
}

Result<Resource> FakeRepository::UpdateResource(const std::string& slug,
                                                const std::string& new_slug,
                                                store::Document document,
                                                const store::Precondition& when,
                                                const AuditEntry& audit) {
  if (before_update) before_update();
  Result<void> judged = Judge(slug, when);
  if (!judged) return judged.error();
  if (slug != new_slug && resources_.count(new_slug) != 0) {
    return Error(ErrorKind::kConflict, ErrorSource::kCaller, "taken");
  }
  Resource resource = resources_[slug];
  resources_.erase(slug);
  broken_.erase(slug);
  resource.slug = new_slug;
  ++resource.version;
  resource.updated_at = clock_.Now();
  resource.document = std::move(document);
  resources_[new_slug] = resource;
  Append(audit);
  resource.document.secrets.clear();
  return resource;
}

Result<void> FakeRepository::DeleteResource(const std::string& slug,
                                            const store::Precondition& when,
                                            const AuditEntry& audit) {
  Result<void> judged = Judge(slug, when);
  if (!judged) return judged;
  resources_.erase(slug);
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
    if (mine) ended.push_back(next->first);
    next = mine ? sessions_.erase(next) : std::next(next);
  }
  AuditEntry entry = audit;
  if (!ended.empty()) entry.change["ended_sessions"] = ended;
  Append(entry);
  return ended;
}

Result<Page<Session>> FakeRepository::ListSessions(const ListQuery& query) {
  return PageOf(sessions_, "sessions", query);
}

Result<void> FakeRepository::CreateSession(const Session& session, const AuditEntry& audit) {
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
  Append(audit);
  return {};
}

Result<std::vector<std::string>> FakeRepository::DeleteExpiredSessions(SystemTime now) {
  std::vector<std::string> ended;
  for (auto next = sessions_.begin(); next != sessions_.end();) {
    if (next->second.expires_at >= now) {
      ++next;
      continue;
    }
    ended.push_back(next->first);
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
