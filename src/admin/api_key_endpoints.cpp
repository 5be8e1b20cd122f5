// /api/v1/api-keys: keys of programs.
#include <algorithm>

#include "admin/audit.h"
#include "admin/caller_tables.h"
#include "admin/list_query.h"
#include "admin/message.h"
#include "admin/oauth_drops.h"
#include "admin/operation.h"
#include "admin/refusals.h"
#include "admin/time_text.h"
#include "sallyport/crypto/digest.h"

namespace sallyport::admin {
namespace {

using http::ApiResponse;
using store::ApiKey;

constexpr std::string_view kPath = "/api/v1/api-keys";
constexpr std::string_view kTokenPrefix = "spk_";

std::vector<std::string> ResourcesOf(const Json& input, store::Role role) {
  if (role == store::Role::kAdmin || !input["resources"].is_array()) return {"*"};
  std::vector<std::string> resources;
  for (const Json& item : input["resources"]) {
    std::string slug = item.get<std::string>();
    if (std::find(resources.begin(), resources.end(), slug) == resources.end()) {
      resources.push_back(std::move(slug));
    }
  }
  return resources;
}

/// Rules that need more than one member or the clock.
std::vector<Violation> CheckMore(const Json& input, SystemTime now) {
  std::vector<Violation> violations;
  const Json& resources = input["resources"];
  if (input["role"] == "admin" && resources.is_array() && !resources.empty() &&
      std::find(resources.begin(), resources.end(), "*") == resources.end()) {
    violations.push_back({"/resources", "format",
                          "must be left out for the role admin, which reaches everything; use "
                          "the role runner to limit a key to some resources"});
  }
  if (input["expires_at"].is_string() &&
      *ParseTime(input["expires_at"].get_ref<const std::string&>()) <= now) {
    violations.push_back(
        {"/expires_at", "range", "must be in the future, after " + FormatTime(now)});
  }
  return violations;
}

ApiKey MakeKey(const Json& input, SystemTime now, const std::string& token) {
  ApiKey key;
  key.id = crypto::RandomId();
  key.token_digest = crypto::Sha256(token);
  key.name = input["name"].get<std::string>();
  key.role = input["role"] == "admin" ? store::Role::kAdmin : store::Role::kRunner;
  key.resources = ResourcesOf(input, key.role);
  key.act_as_users = key.role == store::Role::kAdmin || input["act_as_users"] == true;
  key.created_at = now;
  if (input["expires_at"].is_string()) {
    key.expires_at = ParseTime(input["expires_at"].get_ref<const std::string&>());
  }
  return key;
}

Task<Result<ApiResponse>> PostApiKey(Call call) {
  Result<Json> body = ReadObject(call, Body::kJson);
  if (!body) co_return body.error();
  Json input;
  std::vector<Violation> violations = schema::Normalize(ApiKeyTable(), *body, input);
  const SystemTime now = call.clock->Now();
  if (violations.empty()) violations = CheckMore(input, now);
  if (!violations.empty()) co_return Invalid(std::move(violations));

  const std::string token = crypto::RandomToken(kTokenPrefix);
  const ApiKey key = MakeKey(input, now, token);
  Json change = Difference(Json(), ApiKeyView(key));
  store::AuditEntry audit = MakeAudit(call, "api_key.create", key.id, std::move(change));
  Result<void> created = co_await call.store->CreateApiKey(key, std::move(audit));
  if (!created) co_return created.error();

  Json answer = Json::object();
  answer["key"] = token;
  answer["api_key"] = ApiKeyView(key);
  co_return Answer(201, answer);
}

Task<Result<ApiResponse>> ListApiKeys(Call call) {
  Result<store::ListQuery> query = ParseListQuery(call.request.query);
  if (!query) co_return query.error();
  Result<store::Page<ApiKey>> page = co_await call.store->ListApiKeys(std::move(*query));
  if (!page) co_return CursorError(page.error());
  co_return Answer(200, PageView(*page, ApiKeyView));
}

Task<Result<ApiResponse>> DeleteApiKey(Call call) {
  const std::string id = call.path_values.front();
  if (id == store::kBootstrapId) {
    co_return Error(ErrorKind::kConflict, ErrorSource::kCaller,
                    "the bootstrap key is that of admin_key_file and cannot be deleted here")
        .WithHint("put another key into admin_key_file and send the process a SIGHUP");
  }
  const std::vector<DroppedTokens> dropped = TokensOfApiKey(*call.store->snapshot(), id);
  store::AuditEntry audit = MakeAudit(call, "api_key.revoke", id, Json::object());
  Result<void> deleted = co_await call.store->DeleteApiKey(id, std::move(audit));
  if (!deleted && deleted.error().kind() == ErrorKind::kNotFound) {
    co_return NotFound("API key", id, kPath);
  }
  if (!deleted) co_return deleted.error();
  RevokeDropped(call, dropped);
  co_return AnswerWithoutBody(204);
}

}  // namespace

std::vector<Operation> ApiKeyOperations() {
  std::vector<Operation> operations;
  operations.push_back({.method = "GET",
                        .path = kPath,
                        .handler = ListApiKeys,
                        .id = "listApiKeys",
                        .tag = "api-keys",
                        .summary = "API keys, without their secrets",
                        .list = true,
                        .answer = "ApiKey",
                        .errors = {422},
                        .note = "The key of admin_key_file (id \"bootstrap\") is not listed."});
  operations.push_back({.method = "POST",
                        .path = kPath,
                        .body = Body::kJson,
                        .handler = PostApiKey,
                        .id = "createApiKey",
                        .tag = "api-keys",
                        .summary = "Make an API key; it is shown once",
                        .statuses = {201},
                        .answer = "NewApiKey",
                        .input = "ApiKey"});
  operations.push_back({.method = "DELETE",
                        .path = "/api/v1/api-keys/{id}",
                        .handler = DeleteApiKey,
                        .id = "revokeApiKey",
                        .tag = "api-keys",
                        .summary = "Revoke an API key, and end the sessions that it made",
                        .statuses = {204},
                        .errors = {404, 409}});
  return operations;
}

}  // namespace sallyport::admin
