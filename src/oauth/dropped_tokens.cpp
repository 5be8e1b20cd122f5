#include "sallyport/oauth/dropped_tokens.h"

#include <unordered_map>
#include <utility>

namespace sallyport::oauth {

std::vector<DroppedTokens> FindDropped(
    const store::Snapshot& snapshot, const std::function<bool(const store::TokenSet&)>& concerns) {
  std::vector<TokenSetPointer> found;
  snapshot.tokens.ForEach([&](const std::string& /*key*/, const TokenSetPointer& tokens) {
    if (concerns(*tokens)) found.push_back(tokens);
  });
  if (found.empty()) return {};
  std::unordered_map<std::int64_t, ResourcePointer> resources;
  snapshot.resources.ForEach([&](const std::string& /*slug*/, const auto& entry) {
    resources[entry->id] =
        std::dynamic_pointer_cast<const request::CompiledResource>(entry->prepared);
  });
  std::vector<DroppedTokens> dropped;
  for (TokenSetPointer& tokens : found) {
    ResourcePointer resource = resources[tokens->resource_id];
    if (resource) dropped.push_back({std::move(resource), std::move(tokens)});
  }
  return dropped;
}

std::vector<DroppedTokens> TokensOfSessions(const store::Snapshot& snapshot,
                                            const std::set<std::string>& ids) {
  if (ids.empty()) return {};
  return FindDropped(snapshot, [&](const store::TokenSet& set) {
    return set.owner.kind == store::OwnerKind::kSession && ids.count(set.owner.id) != 0;
  });
}

}  // namespace sallyport::oauth
