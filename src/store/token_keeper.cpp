#include "store/token_keeper.h"

#include <memory>
#include <utility>

namespace sallyport::store {
namespace {

template <typename Index, typename Id>
void Unlink(Index& index, const Id& id, const std::string& key) {
  const auto found = index.find(id);
  if (found == index.end()) return;
  found->second.erase(key);
  if (found->second.empty()) index.erase(found);
}

}  // namespace

Result<void> TokenKeeper::Load(Repository& repository) {
  SharedMap<TokenSet>::Builder tokens;
  SharedMap<TokenSet>::Builder broken_tokens;
  by_resource_.clear();
  by_session_.clear();
  Result<void> loaded = repository.ForEachTokenSet([&](TokenSet&& set, bool broken) {
    std::string key = TokenKey(set.resource_id, set.owner);
    Index(key, set);
    SharedMap<TokenSet>::Builder& place = broken ? broken_tokens : tokens;
    place.Add(std::move(key), std::make_shared<const TokenSet>(std::move(set)));
  });
  if (!loaded) return loaded;
  draft_.tokens = std::move(tokens).Build();
  draft_.broken_tokens = std::move(broken_tokens).Build();
  return {};
}

void TokenKeeper::Put(TokenSet set) {
  const std::string key = TokenKey(set.resource_id, set.owner);
  Index(key, set);
  draft_.broken_tokens.Erase(key);
  draft_.tokens.Put(key, std::make_shared<const TokenSet>(std::move(set)));
}

void TokenKeeper::Erase(const std::string& key) {
  SharedMap<TokenSet>::Pointer set = draft_.tokens.Find(key);
  if (!set) set = draft_.broken_tokens.Find(key);
  if (!set) return;
  Unlink(by_resource_, set->resource_id, key);
  if (set->owner.kind == OwnerKind::kSession) Unlink(by_session_, set->owner.id, key);
  draft_.tokens.Erase(key);
  draft_.broken_tokens.Erase(key);
}

void TokenKeeper::EraseOfResource(std::int64_t resource_id) {
  const auto keys = by_resource_.extract(resource_id);
  if (keys.empty()) return;
  for (const std::string& key : keys.mapped()) Erase(key);
}

void TokenKeeper::EraseOfSession(const std::string& session_id) {
  const auto keys = by_session_.extract(session_id);
  if (keys.empty()) return;
  for (const std::string& key : keys.mapped()) Erase(key);
}

void TokenKeeper::Index(const std::string& key, const TokenSet& set) {
  by_resource_[set.resource_id].insert(key);
  if (set.owner.kind == OwnerKind::kSession) by_session_[set.owner.id].insert(key);
}

}  // namespace sallyport::store
