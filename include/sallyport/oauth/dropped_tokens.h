// Token sets that end with what they belong to: found in the snapshot that still has them, so that
// they can be revoked at their providers. Pure.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "sallyport/oauth/service.h"
#include "sallyport/store/snapshot.h"

namespace sallyport::oauth {

struct DroppedTokens {
  ResourcePointer resource;  ///< as it was: with the secret they were issued to
  TokenSetPointer tokens;
};

/// Those that `concerns` names, where their resource can be used.
[[nodiscard]] std::vector<DroppedTokens> FindDropped(
    const store::Snapshot& snapshot, const std::function<bool(const store::TokenSet&)>& concerns);

[[nodiscard]] std::vector<DroppedTokens> TokensOfSessions(const store::Snapshot& snapshot,
                                                          const std::set<std::string>& ids);

}  // namespace sallyport::oauth
