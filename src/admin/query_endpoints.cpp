// /api/v1/resources/{r}/queries.
#include "admin/query_endpoints.h"

#include "admin/document_endpoints.h"
#include "admin/query_check.h"
#include "admin/query_document.h"
#include "admin/query_table.h"

namespace sallyport::admin {
namespace {

using http::ApiResponse;
using store::Query;

const std::string& ResourceOf(const Call& call) { return call.path_values.front(); }

/// See document_endpoints.h.
struct QueryKind {
  using Item = Query;
  static constexpr std::string_view kNoun = "query";

  static const schema::Object& Table() { return QueryTable(); }
  /// Every write is in the snapshot before it is answered, so what is not there is not stored.
  static Result<void> JudgePlace(const Call& call) {
    if (call.store->snapshot()->resources.Find(ResourceOf(call))) return {};
    return NotFound("resource", ResourceOf(call), "/api/v1/resources");
  }
  static std::string ListPath(const Call& call) {
    return "/api/v1/resources/" + ResourceOf(call) + "/queries";
  }
  static std::string ObjectName(const Call& call, const std::string& slug) {
    return ResourceOf(call) + "/" + slug;
  }
  static Result<Json> ReadBody(const Call& call, Body body) {
    return ReadSpelledObject(call, body);
  }
  static Json Written(const Json& body) { return WrittenQuery(body); }
  static Result<BuiltDocument> Build(const Call& call, const Json& input,
                                     const StoredDocument& stored) {
    Result<BuiltDocument> built = BuildQuery(QueryTable(), input, stored);
    if (!built) return built;
    Result<void> checked = CheckQuery(built->document, *call.store->snapshot(), ResourceOf(call));
    if (!checked) return std::move(checked).error();
    return built;
  }
  static Json View(const Call& call, const Query& item, Shown shown) {
    Json view = QueryView(item);
    if (shown == Shown::kAlone) {
      view["warnings"] = WarningsOf(item.slug, *call.store->snapshot(), ResourceOf(call));
    }
    return view;
  }

  static Task<Result<store::Page<Query>>> List(const Call& call, store::ListQuery query) {
    return call.store->ListQueries(ResourceOf(call), std::move(query));
  }
  static Task<Result<Query>> Get(const Call& call, std::string slug, store::WithSecrets secrets) {
    return call.store->GetQuery(ResourceOf(call), std::move(slug), secrets);
  }
  static Task<Result<Query>> Create(const Call& call, std::string slug, store::Document document,
                                    store::AuditEntry audit) {
    return call.store->CreateQuery(ResourceOf(call), std::move(slug), std::move(document),
                                   std::move(audit));
  }
  static Task<Result<Query>> Update(const Call& call, const Query& before, std::string new_slug,
                                    store::Document document, store::AuditEntry audit) {
    return call.store->UpdateQuery(ResourceOf(call), before.slug, std::move(new_slug),
                                   std::move(document), IsStill(before), std::move(audit));
  }
  static Task<Result<void>> Delete(const Call& call, std::string slug, store::Precondition when,
                                   store::AuditEntry audit) {
    return call.store->DeleteQuery(ResourceOf(call), std::move(slug), when, std::move(audit));
  }
};

}  // namespace

Task<Result<ApiResponse>> ListQueries(Call call) { return ListItems<QueryKind>(std::move(call)); }
Task<Result<ApiResponse>> PostQuery(Call call) { return PostItem<QueryKind>(std::move(call)); }
Task<Result<ApiResponse>> GetQuery(Call call) { return GetItem<QueryKind>(std::move(call)); }
Task<Result<ApiResponse>> PutQuery(Call call) { return PutItem<QueryKind>(std::move(call)); }
Task<Result<ApiResponse>> PatchQuery(Call call) { return PatchItem<QueryKind>(std::move(call)); }
Task<Result<ApiResponse>> DeleteQuery(Call call) { return DeleteItem<QueryKind>(std::move(call)); }

}  // namespace sallyport::admin
