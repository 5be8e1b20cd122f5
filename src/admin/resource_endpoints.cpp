// /api/v1/resources.
#include "admin/resource_endpoints.h"

#include "admin/document_endpoints.h"
#include "admin/oauth_drops.h"
#include "admin/origin_guard.h"
#include "admin/query_table.h"
#include "admin/resource_document.h"
#include "admin/resource_table.h"

namespace sallyport::admin {
namespace {

using http::ApiResponse;
using store::Resource;

constexpr std::size_t kQueriesAtOnce = 200;

/// Where the secrets of a resource's queries stand: "/queries/SLUG/headers/0/value".
Task<Result<std::vector<std::string>>> SecretsOfQueries(const Call& call, std::string slug) {
  std::vector<std::string> pointers;
  store::ListQuery page;
  page.limit = kQueriesAtOnce;
  while (true) {
    Result<store::Page<store::Query>> queries = co_await call.store->ListQueries(slug, page);
    if (!queries) co_return std::move(queries).error();
    for (const store::Query& query : queries->items) {
      for (const std::string& pointer : schema::SecretPointers(QueryTable(), query.document.body)) {
        pointers.push_back("/queries/" + query.slug + pointer);
      }
    }
    if (!queries->next_cursor) co_return pointers;
    page.cursor = *queries->next_cursor;
  }
}

/// They cannot be entered again with the resource, so they must not be there when it moves.
Task<Result<void>> GuardQueries(const Call& call, const Resource& before, const Json& after) {
  const std::vector<std::string> changed = ChangedOriginsOfQueries(before.document.body, after);
  if (changed.empty()) co_return Result<void>();
  Result<std::vector<std::string>> kept = co_await SecretsOfQueries(call, before.slug);
  if (!kept) co_return std::move(kept).error();
  if (kept->empty()) co_return Result<void>();
  co_return RefuseForQueries(changed, *kept);
}

/// Tokens that were issued under settings that change go with the edit. The snapshot is no older
/// than `before`; when it is newer, the update does not happen.
Task<Result<Resource>> UpdateAndRevoke(const Call& call, const Resource& before,
                                       std::string new_slug, store::Document document,
                                       store::AuditEntry audit) {
  Result<void> guarded = co_await GuardQueries(call, before, document.body);
  if (!guarded) co_return std::move(guarded).error();
  const store::SnapshotPointer snapshot = call.store->snapshot();
  const store::KeepTokens keep = JudgeTokens(*snapshot, before.slug, document);
  std::vector<DroppedTokens> dropped;
  if (keep == store::KeepTokens::kNo) dropped = TokensOfResource(*snapshot, before.slug);
  const store::Precondition when = IsStill(before);
  Result<Resource> updated = co_await call.store->UpdateResource(
      before.slug, std::move(new_slug), std::move(document), when, keep, std::move(audit));
  if (updated && keep == store::KeepTokens::kNo) {
    EndSignIns(call, *snapshot, before.slug);
    RevokeDropped(call, dropped);
  }
  co_return updated;
}

Task<Result<void>> DeleteAndRevoke(const Call& call, std::string slug, store::Precondition when,
                                   store::AuditEntry audit) {
  const store::SnapshotPointer before = call.store->snapshot();
  const std::vector<DroppedTokens> dropped = TokensOfResource(*before, slug);
  const std::string old_slug = slug;
  Result<void> deleted =
      co_await call.store->DeleteResource(std::move(slug), when, std::move(audit));
  if (deleted) {
    EndSignIns(call, *before, old_slug);
    RevokeDropped(call, dropped);
  }
  co_return deleted;
}

/// See document_endpoints.h.
struct ResourceKind {
  using Item = Resource;
  static constexpr std::string_view kNoun = "resource";

  static const schema::Object& Table() { return ResourceTable(); }
  static Result<void> JudgePlace(const Call& /*call*/) { return {}; }
  static std::string ListPath(const Call& /*call*/) { return "/api/v1/resources"; }
  static std::string ObjectName(const Call& /*call*/, const std::string& slug) { return slug; }
  static Result<Json> ReadBody(const Call& call, Body body) { return ReadObject(call, body); }
  static Json Written(const Json& body) { return body; }
  static Result<BuiltDocument> Build(const Call& /*call*/, const Json& input,
                                     const StoredDocument& stored) {
    return BuildDocument(input, stored);
  }
  static Json View(const Call& call, const Resource& item, Shown /*shown*/) {
    return ResourceView(item, *call.options);
  }

  static Task<Result<store::Page<Resource>>> List(const Call& call, store::ListQuery query) {
    return call.store->ListResources(std::move(query));
  }
  static Task<Result<Resource>> Get(const Call& call, std::string slug,
                                    store::WithSecrets secrets) {
    return call.store->GetResource(std::move(slug), secrets);
  }
  static Task<Result<Resource>> Create(const Call& call, std::string slug, store::Document document,
                                       store::AuditEntry audit) {
    return call.store->CreateResource(std::move(slug), std::move(document), std::move(audit));
  }
  static Task<Result<Resource>> Update(const Call& call, const Resource& before,
                                       std::string new_slug, store::Document document,
                                       store::AuditEntry audit) {
    return UpdateAndRevoke(call, before, std::move(new_slug), std::move(document),
                           std::move(audit));
  }
  static Task<Result<void>> Delete(const Call& call, std::string slug, store::Precondition when,
                                   store::AuditEntry audit) {
    return DeleteAndRevoke(call, std::move(slug), when, std::move(audit));
  }
};

}  // namespace

Task<Result<ApiResponse>> ListResources(Call call) {
  return ListItems<ResourceKind>(std::move(call));
}
Task<Result<ApiResponse>> PostResource(Call call) {
  return PostItem<ResourceKind>(std::move(call));
}
Task<Result<ApiResponse>> GetResource(Call call) { return GetItem<ResourceKind>(std::move(call)); }
Task<Result<ApiResponse>> PutResource(Call call) { return PutItem<ResourceKind>(std::move(call)); }
Task<Result<ApiResponse>> PatchResource(Call call) {
  return PatchItem<ResourceKind>(std::move(call));
}
Task<Result<ApiResponse>> DeleteResource(Call call) {
  return DeleteItem<ResourceKind>(std::move(call));
}

}  // namespace sallyport::admin
