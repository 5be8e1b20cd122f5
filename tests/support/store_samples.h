// Values for tests of the store.
#pragma once

#include <string>
#include <vector>

#include "sallyport/crypto/digest.h"
#include "sallyport/crypto/keyring.h"
#include "sallyport/store/repository.h"
#include "support/reveal.h"

namespace sallyport::test {

inline std::vector<crypto::MasterKey> MasterKeys(const std::vector<std::string>& ids) {
  std::vector<crypto::MasterKey> keys;
  for (const std::string& id : ids) {
    const auto digest = crypto::Sha256("a master key for tests: " + id);
    keys.push_back({id, Secret(std::string(digest.begin(), digest.end()))});
  }
  return keys;
}

inline store::AuditEntry Audit(const std::string& action, const std::string& object = "thing") {
  store::AuditEntry entry;
  entry.at = SystemTime(std::chrono::seconds(1767225600));
  entry.actor_kind = "api_key";
  entry.actor_id = "key-1";
  entry.actor_name = "Operator";
  entry.peer = "127.0.0.1";
  entry.request_id = "request-1";
  entry.action = action;
  entry.object = object;
  entry.change = Json{{"after", {{"name", object}}}};
  return entry;
}

inline store::Document PlainDocument(const std::string& name) {
  store::Document document;
  document.body = Json{{"name", name}, {"base_url", "https://api.example"}};
  return document;
}

inline store::Document SecretDocument(const std::string& name, const std::string& password) {
  store::Document document = PlainDocument(name);
  document.body["auth"] = Json{{"type", "basic"}, {"password", store::kMask}};
  document.secrets.emplace("/auth/password", Secret(password));
  return document;
}

inline store::Document PlainQuery(const std::string& name) {
  store::Document document;
  document.body = Json{{"name", name}, {"method", "GET"}, {"path", "/users"}};
  return document;
}

inline store::Document SecretQuery(const std::string& name, const std::string& value) {
  store::Document document = PlainQuery(name);
  const Json row = {{"name", "X-Key"}, {"value", store::kMask}, {"secret", true}};
  document.body["headers"] = Json::array({row});
  document.secrets.emplace("/headers/0/value", Secret(value));
  return document;
}

inline store::ApiKey SampleApiKey(const std::string& id, const std::string& name = "A key") {
  store::ApiKey key;
  key.id = id;
  key.token_digest = crypto::Sha256("token of key " + id);
  key.name = name;
  key.resources = {"github", "jira"};
  key.created_at = SystemTime(std::chrono::seconds(1767225600));
  return key;
}

inline store::Session SampleSession(const std::string& id, const std::string& user,
                                    SystemTime expires_at) {
  store::Session session;
  session.id = id;
  session.token_digest = crypto::Sha256("token of session " + id);
  session.user = user;
  session.attributes = Json{{"team", "a"}};
  session.resources = {"*"};
  session.created_by = store::kBootstrapId;
  session.created_at = SystemTime(std::chrono::seconds(1767225600));
  session.expires_at = expires_at;
  return session;
}

/// `user` is the owner's id, or alice when that is no user.
inline store::TokenSet SampleTokens(std::int64_t resource_id, const store::TokenOwnerId& owner,
                                    const std::string& access_token) {
  store::TokenSet set;
  set.resource_id = resource_id;
  set.owner = owner;
  set.user = owner.kind == store::OwnerKind::kUser ? owner.id : "alice";
  set.fingerprint = "settings-1";
  set.tokens.access_token = Secret(access_token);
  set.tokens.refresh_token = Secret("refresh");
  set.scope = "read";
  set.obtained_at = SystemTime(std::chrono::seconds(1767225600));
  set.expires_at = set.obtained_at + std::chrono::hours(1);
  return set;
}

}  // namespace sallyport::test
