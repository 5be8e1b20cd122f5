// The members of FakeRepository that are about token sets.
#include <algorithm>

#include "sallyport/base/strings.h"
#include "store/cursor.h"
#include "support/fake_repository.h"

namespace sallyport::test {
namespace {

using store::ListedTokenSet;
using store::OwnerKind;
using store::Page;
using store::TokenSet;

Error Refused(ErrorKind kind, const char* message) {
  return Error(kind, ErrorSource::kCaller, message);
}

bool Finds(const std::string& search, const std::string& text) {
  return FoldCase(text).find(FoldCase(search)) != std::string::npos;
}

template <typename Goes>
void EraseTokens(std::map<std::string, TokenSet>& tokens, const Goes& goes) {
  for (auto next = tokens.begin(); next != tokens.end();) {
    next = goes(next->second) ? tokens.erase(next) : std::next(next);
  }
}

}  // namespace

Result<TokenSet> FakeRepository::PutTokens(TokenSet set, const store::Precondition& when,
                                           const std::optional<store::AuditEntry>& audit) {
  if (FindById(set.resource_id) == nullptr) {
    return Refused(ErrorKind::kNotFound, "the resource was deleted");
  }
  if (set.owner.kind == OwnerKind::kSession) {
    const auto session = sessions_.find(set.owner.id);
    if (session == sessions_.end() || session->second.expires_at <= clock_.Now()) {
      return Refused(ErrorKind::kUnauthenticated, "the session has ended");
    }
  }
  const std::string key = store::TokenKey(set.resource_id, set.owner);
  const auto found = tokens_.find(key);
  const bool exists = found != tokens_.end();
  if ((when.must_not_exist && exists) || (when.id && (!exists || found->second.id != *when.id)) ||
      (when.version && (!exists || found->second.version != *when.version))) {
    return Refused(ErrorKind::kPreconditionFailed, "other tokens");
  }
  const std::int64_t before = exists ? found->second.version : 0;
  set.version = when.version ? std::max(set.version, before) : before + 1;
  set.id = exists ? found->second.id : next_id_++;
  tokens_[key] = set;
  broken_tokens_.erase(set.id);
  if (audit) Append(*audit);
  return set;
}

Result<void> FakeRepository::DeleteTokens(std::int64_t resource_id,
                                          const store::TokenOwnerId& owner,
                                          const store::AuditEntry& audit) {
  if (tokens_.erase(store::TokenKey(resource_id, owner)) == 0) {
    return Refused(ErrorKind::kNotFound, "there are no tokens");
  }
  Append(audit);
  return {};
}

Result<Page<ListedTokenSet>> FakeRepository::ListTokenSets(const store::ListQuery& query,
                                                           const store::TokenSetFilter& filter) {
  Result<std::int64_t> after = store::ReadNumberCursor("token_sets", query.cursor, 0);
  if (!after) return after.error();
  std::map<std::int64_t, ListedTokenSet> by_id;
  for (const auto& [key, set] : tokens_) {
    const store::Resource& resource = *FindById(set.resource_id);
    const Json& body = resource.document.body;
    const std::string text = set.user + "\n" + resource.slug + "\n" + body.value("name", "");
    if (set.id <= *after || (filter.user && set.user != *filter.user)) continue;
    if (!Finds(query.search, text) || HasRunOut(set.owner)) continue;
    ListedTokenSet listed{set, resource.slug};
    listed.set.tokens = {};
    if (!filter.shows || filter.shows(listed)) by_id.emplace(set.id, std::move(listed));
  }
  Page<ListedTokenSet> page;
  for (auto& [id, listed] : by_id) {
    if (page.items.size() == query.limit) {
      page.next_cursor = store::MakeCursor("token_sets", page.items.back().set.id);
      break;
    }
    page.items.push_back(std::move(listed));
  }
  return page;
}

Result<void> FakeRepository::ForEachTokenSet(
    const std::function<void(TokenSet&&, bool broken)>& visit) {
  for (const auto& [key, stored] : tokens_) {
    const bool broken = broken_tokens_.count(stored.id) != 0;
    TokenSet set = stored;
    if (broken) set.tokens = {};
    visit(std::move(set), broken);
  }
  return {};
}

void FakeRepository::BreakTokens(std::int64_t resource_id, const store::TokenOwnerId& owner) {
  broken_tokens_.insert(tokens_.at(store::TokenKey(resource_id, owner)).id);
}

bool FakeRepository::HasRunOut(const store::TokenOwnerId& owner) const {
  if (owner.kind != OwnerKind::kSession) return false;
  const auto session = sessions_.find(owner.id);
  return session == sessions_.end() || session->second.expires_at <= clock_.Now();
}

const store::Resource* FakeRepository::FindById(std::int64_t resource_id) const {
  for (const auto& [slug, resource] : resources_) {
    if (resource.id == resource_id) return &resource;
  }
  return nullptr;
}

void FakeRepository::DropTokensOf(std::int64_t resource_id) {
  EraseTokens(tokens_, [&](const TokenSet& set) { return set.resource_id == resource_id; });
}

void FakeRepository::DropTokensOfSession(const std::string& session_id) {
  const store::TokenOwnerId owner{OwnerKind::kSession, session_id};
  EraseTokens(tokens_, [&](const TokenSet& set) { return set.owner == owner; });
}

}  // namespace sallyport::test
