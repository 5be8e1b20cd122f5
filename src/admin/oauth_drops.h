// Tokens that a write drops: taken before it, revoked at their providers after it.
#pragma once

#include <string>
#include <vector>

#include "admin/operation.h"
#include "sallyport/oauth/dropped_tokens.h"
#include "sallyport/store/snapshot.h"

namespace sallyport::admin {

using oauth::DroppedTokens;

[[nodiscard]] std::vector<DroppedTokens> TokensOfResource(const store::Snapshot& snapshot,
                                                          const std::string& slug);
[[nodiscard]] std::vector<DroppedTokens> TokensOfSession(const store::Snapshot& snapshot,
                                                         const std::string& session_id);
/// Of all sessions that the key made.
[[nodiscard]] std::vector<DroppedTokens> TokensOfApiKey(const store::Snapshot& snapshot,
                                                        const std::string& key_id);

/// Those under way at the resource as it was, or for the session, are over.
void EndSignIns(const Call& call, const store::Snapshot& before, const std::string& slug);
void EndSignIns(const Call& call, const std::string& session_id);

/// In the background, best effort. The tokens are gone here all the same.
void RevokeDropped(const Call& call, const std::vector<DroppedTokens>& dropped);

/// Does this edit leave the stored tokens? Not when it changes what they were issued under
/// (client_id, client_secret, token_url, authorization_url, issuer, scopes), or ends oauth2.
[[nodiscard]] store::KeepTokens JudgeTokens(const store::Snapshot& before, const std::string& slug,
                                            const store::Document& after);

}  // namespace sallyport::admin
