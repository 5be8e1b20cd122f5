// /api/v1/status and /api/v1/audit: what cannot work, and who changed what.
#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>

#include "admin/list_query.h"
#include "admin/message.h"
#include "admin/operation.h"

namespace sallyport::admin {
namespace {

using http::ApiResponse;
using store::AuditEntry;

/// What cannot work: a resource, or a query of one.
struct Broken {
  std::string resource;
  std::string query;  ///< "" for the resource itself

  friend bool operator<(const Broken& a, const Broken& b) {
    return std::tie(a.resource, a.query) < std::tie(b.resource, b.query);
  }
};

std::vector<Broken> FindBroken(const store::Snapshot& snapshot) {
  std::vector<Broken> broken;
  std::unordered_map<std::int64_t, std::string> slugs;
  snapshot.resources.ForEach([&](const std::string& slug, const auto& entry) {
    slugs[entry->id] = slug;
    if (entry->broken) broken.push_back({slug, ""});
  });
  snapshot.queries.ForEach([&](const std::string& /*key*/, const auto& entry) {
    if (entry->broken) broken.push_back({slugs[entry->resource_id], entry->slug});
  });
  std::sort(broken.begin(), broken.end());
  return broken;
}

Json SecretProblem(const Broken& broken) {
  const std::string what = broken.query.empty() ? "resource" : "query";
  Json item = Json::object();
  item["code"] = "secret_unreadable";
  item["resource"] = broken.resource;
  item["query"] = broken.query.empty() ? Json() : Json(broken.query);
  item["message"] = "the stored secrets of this " + what +
                    " do not open; enter them again, or start with the master key that sealed them";
  return item;
}

/// Token sets that serve nobody, by the slug of their resource.
using TokenCounts = std::map<std::string, std::size_t>;

struct UselessTokens {
  TokenCounts dead, unreadable;
};

UselessTokens FindUselessTokens(const store::Snapshot& snapshot) {
  std::map<std::int64_t, std::size_t> dead;
  std::map<std::int64_t, std::size_t> unreadable;
  snapshot.tokens.ForEach([&](const std::string& /*key*/, const auto& tokens) {
    if (tokens->dead) ++dead[tokens->resource_id];
  });
  snapshot.broken_tokens.ForEach(
      [&](const std::string& /*key*/, const auto& tokens) { ++unreadable[tokens->resource_id]; });
  UselessTokens found;
  if (dead.empty() && unreadable.empty()) return found;
  snapshot.resources.ForEach([&](const std::string& slug, const auto& entry) {
    if (const auto count = dead.find(entry->id); count != dead.end()) {
      found.dead[slug] = count->second;
    }
    if (const auto count = unreadable.find(entry->id); count != unreadable.end()) {
      found.unreadable[slug] = count->second;
    }
  });
  return found;
}

/// One item for all of a resource: there may be thousands of users. Who they are is in
/// /api/v1/connections.
void AddTokenProblems(Json& items, const TokenCounts& counts, std::string_view code,
                      std::string_view why) {
  for (const auto& [slug, count] : counts) {
    Json item = Json::object();
    item["code"] = code;
    item["resource"] = slug;
    item["query"] = nullptr;
    item["message"] = std::to_string(count) + (count == 1 ? " sign-in" : " sign-ins") +
                      " at this resource cannot be used any more: " + std::string(why) +
                      "; the users have to sign in again";
    items.push_back(std::move(item));
  }
}

Json StoreProblem(const std::string& why) {
  Json item = Json::object();
  item["code"] = "store_unavailable";
  item["resource"] = nullptr;
  item["query"] = nullptr;
  item["message"] = "nothing can be stored now: " + why + "; calls to targets go on";
  return item;
}

Task<Result<ApiResponse>> GetStatus(Call call) {
  const Result<void> writable = co_await call.store->Check();
  const store::SnapshotPointer snapshot = call.store->snapshot();
  const std::vector<Broken> broken = FindBroken(*snapshot);
  const UselessTokens useless = FindUselessTokens(*snapshot);
  Json answer = Json::object();
  answer["status"] = "ok";
  answer["version"] = call.options->version;
  Json items = Json::array();
  if (!writable) items.push_back(StoreProblem(writable.error().message()));
  for (const Broken& one : broken) items.push_back(SecretProblem(one));
  AddTokenProblems(items, useless.unreadable, "tokens_unreadable", "the tokens do not open");
  AddTokenProblems(items, useless.dead, "connection_dead",
                   "the provider does not renew the tokens");
  if (!items.empty()) answer["status"] = "degraded";
  answer["items"] = std::move(items);
  answer["next_cursor"] = nullptr;
  co_return Answer(200, answer);
}

Json AuditView(const AuditEntry& entry) {
  Json view = Json::object();
  view["id"] = entry.id;
  view["at"] = FormatTime(entry.at);
  view["actor"] =
      Json{{"kind", entry.actor_kind}, {"id", entry.actor_id}, {"name", entry.actor_name}};
  view["user"] = entry.user.empty() ? Json() : Json(entry.user);
  view["peer"] = entry.peer;
  view["request_id"] = entry.request_id;
  view["action"] = entry.action;
  view["object"] = entry.object;
  view["change"] = entry.change;
  return view;
}

Task<Result<ApiResponse>> ListAudit(Call call) {
  Result<store::ListQuery> query = ParseListQuery(call.request.query);
  if (!query) co_return query.error();
  Result<store::Page<AuditEntry>> page = co_await call.store->ListAudit(std::move(*query));
  if (!page) co_return CursorError(page.error());
  co_return Answer(200, PageView(*page, AuditView));
}

}  // namespace

std::vector<Operation> OverviewOperations() {
  std::vector<Operation> operations;
  operations.push_back({.method = "GET",
                        .path = "/api/v1/status",
                        .handler = GetStatus,
                        .id = "getStatus",
                        .tag = "operations",
                        .summary = "What cannot work",
                        .answer = "Status"});
  operations.push_back({.method = "GET",
                        .path = "/api/v1/audit",
                        .handler = ListAudit,
                        .id = "listAudit",
                        .tag = "operations",
                        .summary = "Who changed what, newest first",
                        .list = true,
                        .answer = "AuditEntry",
                        .errors = {422}});
  return operations;
}

}  // namespace sallyport::admin
