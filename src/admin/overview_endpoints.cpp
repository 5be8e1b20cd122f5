// /api/v1/status and /api/v1/audit: what cannot work, and who changed what.
#include <algorithm>
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

Task<Result<ApiResponse>> GetStatus(Call call) {
  const store::SnapshotPointer snapshot = call.store->snapshot();
  const std::vector<Broken> broken = FindBroken(*snapshot);
  Json answer = Json::object();
  answer["status"] = broken.empty() ? "ok" : "degraded";
  answer["version"] = call.options->version;
  answer["items"] = Json::array();
  for (const Broken& one : broken) answer["items"].push_back(SecretProblem(one));
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
