#include "admin/oauth_drops.h"

#include <set>

#include "sallyport/request/oauth_settings.h"

namespace sallyport::admin {
namespace {

oauth::ResourcePointer CompiledOf(const store::ResourceEntry& entry) {
  return std::dynamic_pointer_cast<const request::CompiledResource>(entry.prepared);
}

bool SameSecret(const Secret& a, const Secret& b) {
  return a.Reveal([&](std::string_view one) {
    return b.Reveal([&](std::string_view other) { return ConstantTimeEqual(one, other); });
  });
}

}  // namespace

std::vector<DroppedTokens> TokensOfResource(const store::Snapshot& snapshot,
                                            const std::string& slug) {
  const auto entry = snapshot.resources.Find(slug);
  if (!entry) return {};
  return oauth::FindDropped(
      snapshot, [&](const store::TokenSet& set) { return set.resource_id == entry->id; });
}

std::vector<DroppedTokens> TokensOfSession(const store::Snapshot& snapshot,
                                           const std::string& session_id) {
  return oauth::TokensOfSessions(snapshot, {session_id});
}

std::vector<DroppedTokens> TokensOfApiKey(const store::Snapshot& snapshot,
                                          const std::string& key_id) {
  std::set<std::string> sessions;
  snapshot.sessions.ForEach([&](const std::string& /*digest*/, const auto& session) {
    if (session->created_by == key_id) sessions.insert(session->id);
  });
  return oauth::TokensOfSessions(snapshot, sessions);
}

void EndSignIns(const Call& call, const store::Snapshot& before, const std::string& slug) {
  const auto entry = before.resources.Find(slug);
  if (entry && call.tokens != nullptr) call.tokens->DropSignIns(entry->id);
}

void EndSignIns(const Call& call, const std::string& session_id) {
  if (call.tokens == nullptr) return;
  call.tokens->DropSignIns(store::TokenOwnerId{store::OwnerKind::kSession, session_id});
}

void RevokeDropped(const Call& call, const std::vector<DroppedTokens>& dropped) {
  if (call.tokens == nullptr) return;
  for (const DroppedTokens& one : dropped) call.tokens->RevokeSoon(one.resource, one.tokens);
}

store::KeepTokens JudgeTokens(const store::Snapshot& before, const std::string& slug,
                              const store::Document& after) {
  const auto entry = before.resources.Find(slug);
  const oauth::ResourcePointer old = entry ? CompiledOf(*entry) : nullptr;
  if (entry && !old) return store::KeepTokens::kNo;  // nobody knows what they were issued under
  if (!old || !old->oauth) return store::KeepTokens::kYes;
  const Json& auth = after.body["auth"];
  if (auth["type"] != "oauth2") return store::KeepTokens::kNo;
  const auto settings = request::ReadOAuthSettings(auth, after.secrets);
  const bool same = settings->fingerprint == old->oauth->fingerprint &&
                    SameSecret(settings->client_secret, old->oauth->client_secret);
  return same ? store::KeepTokens::kYes : store::KeepTokens::kNo;
}

}  // namespace sallyport::admin
