// /api/v1/status and /api/v1/audit: what cannot work, and who changed what.
#include <algorithm>

#include "admin/list_query.h"
#include "admin/message.h"
#include "admin/operation.h"

namespace sallyport::admin {
namespace {

using http::ApiResponse;
using store::AuditEntry;

Json SecretProblem(const std::string& slug) {
  Json item = Json::object();
  item["code"] = "secret_unreadable";
  item["resource"] = slug;
  item["message"] =
      "the stored secrets of this resource do not open; enter them again, or start with the master "
      "key that sealed them";
  return item;
}

Task<Result<ApiResponse>> GetStatus(Call call) {
  const store::SnapshotPointer snapshot = call.store->snapshot();
  std::vector<std::string> broken;
  snapshot->resources.ForEach([&](const std::string& slug, const auto& entry) {
    if (entry->broken) broken.push_back(slug);
  });
  std::sort(broken.begin(), broken.end());

  Json answer = Json::object();
  answer["status"] = broken.empty() ? "ok" : "degraded";
  answer["version"] = call.options->version;
  answer["items"] = Json::array();
  for (const std::string& slug : broken) answer["items"].push_back(SecretProblem(slug));
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
