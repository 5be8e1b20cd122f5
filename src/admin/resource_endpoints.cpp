// /api/v1/resources. A write reads the stored version, builds the next one from it and stores that
// only if nobody was faster; else it starts over, so that no change is lost.
#include "admin/resource_endpoints.h"

#include "admin/audit.h"
#include "admin/entity_tag.h"
#include "admin/list_query.h"
#include "admin/message.h"
#include "admin/refusals.h"
#include "admin/resource_document.h"
#include "admin/resource_table.h"

namespace sallyport::admin {
namespace {

using http::ApiResponse;
using store::Resource;

constexpr std::string_view kPath = "/api/v1/resources";

/// Every lost race means that another writer won, so this many writers must hit one resource at
/// the same moment before a caller is sent away.
constexpr int kAttempts = 100;

/// The stored resource a write begins from.
struct Current {
  std::optional<Resource> resource;
  bool opens = true;  ///< false: its secrets are lost; it can still be replaced

  [[nodiscard]] std::string tag() const { return resource ? EntityTag(*resource) : ""; }
  [[nodiscard]] StoredDocument stored() const {
    return {resource ? &resource->document : nullptr, opens};
  }
};

std::string LocationOf(std::string_view slug) {
  return std::string(kPath) + "/" + std::string(slug);
}

ApiResponse AnswerResource(int status, const Resource& resource, const Options& options) {
  ApiResponse response = Answer(status, ResourceView(resource, options.timeouts));
  response.fields.emplace_back("ETag", EntityTag(resource));
  if (status == 201) response.fields.emplace_back("Location", LocationOf(resource.slug));
  return response;
}

Error NoResource(std::string_view slug) { return NotFound("resource", slug, kPath); }

Error SlugTaken(std::string_view slug) {
  std::vector<Violation> violations;
  violations.push_back({"/slug", "taken", "\"" + std::string(slug) + "\" is taken"});
  return Invalid(ErrorKind::kConflict, std::move(violations))
      .WithHint("choose another slug, or change the resource there with PUT or PATCH");
}

Error TooManyWriters() {
  return Error(ErrorKind::kOverloaded, ErrorSource::kGateway,
               "too many changes of this resource at the same moment; nothing was changed")
      .WithRetryAfter(1);
}

bool LostTheRace(const Error& error) {
  return error.kind() == ErrorKind::kPreconditionFailed || error.kind() == ErrorKind::kNotFound;
}

/// The change for the audit log. A new secret looks like the old one when both are masked, so the
/// fields with a new value are named.
Json ChangeOf(const Json& before, const BuiltDocument& built) {
  Json change = Difference(before, built.document.body);
  if (built.new_secrets.empty()) return change;
  change["new_secrets"] = Json::array();
  for (const std::string& pointer : built.new_secrets) {
    change["new_secrets"].push_back(DottedField(pointer));
  }
  return change;
}

Task<Result<Current>> Load(store::Store* store, std::string slug) {
  Current current;
  Result<Resource> with_secrets = co_await store->GetResource(slug, store::WithSecrets::kYes);
  if (with_secrets) {
    current.resource = std::move(*with_secrets);
    co_return current;
  }
  if (with_secrets.error().kind() == ErrorKind::kNotFound) co_return current;
  if (with_secrets.error().kind() != ErrorKind::kInternal) co_return with_secrets.error();
  // Damaged secrets must not keep an admin from entering new ones.
  Result<Resource> masked = co_await store->GetResource(slug, store::WithSecrets::kNo);
  if (!masked) co_return masked.error();
  current.resource = std::move(*masked);
  current.opens = false;
  co_return current;
}

Task<Result<Resource>> Create(const Call& call, BuiltDocument built) {
  const std::string slug = built.document.body["slug"].get<std::string>();
  Json change = ChangeOf(Json(), built);
  store::AuditEntry audit = MakeAudit(call, "resource.create", slug, std::move(change));
  Result<Resource> created =
      co_await call.store->CreateResource(slug, std::move(built.document), std::move(audit));
  if (!created && created.error().kind() == ErrorKind::kConflict) co_return SlugTaken(slug);
  co_return created;
}

/// Holds only as long as exactly this is stored.
store::Precondition IsStill(const Resource& resource) {
  store::Precondition when;
  when.id = resource.id;
  when.version = resource.version;
  return when;
}

/// Stores `built` over exactly this version of `before`.
Task<Result<Resource>> Replace(const Call& call, const Resource& before, BuiltDocument built) {
  const std::string slug = built.document.body["slug"].get<std::string>();
  Json change = ChangeOf(before.document.body, built);
  store::AuditEntry audit = MakeAudit(call, "resource.update", before.slug, std::move(change));
  store::Precondition when = IsStill(before);
  Result<Resource> updated = co_await call.store->UpdateResource(
      before.slug, slug, std::move(built.document), when, std::move(audit));
  if (!updated && updated.error().kind() == ErrorKind::kConflict) co_return SlugTaken(slug);
  co_return updated;
}

Json ListView(const store::Page<Resource>& page, const DefaultTimeouts& defaults) {
  return PageView(page, [&](const Resource& item) { return ResourceView(item, defaults); });
}

}  // namespace

Task<Result<ApiResponse>> ListResources(Call call) {
  Result<store::ListQuery> query = ParseListQuery(call.request.query);
  if (!query) co_return query.error();
  Result<store::Page<Resource>> page = co_await call.store->ListResources(std::move(*query));
  if (!page) co_return CursorError(page.error());
  const Json answer = ListView(*page, call.options->timeouts);
  co_return Answer(200, answer);
}

Task<Result<ApiResponse>> PostResource(Call call) {
  Result<Json> input = ReadObject(call, Body::kJson);
  if (!input) co_return input.error();
  const StoredDocument nothing;
  Result<BuiltDocument> built = BuildDocument(*input, nothing);
  if (!built) co_return built.error();
  Result<Resource> created = co_await Create(call, std::move(*built));
  if (!created) co_return created.error();
  co_return AnswerResource(201, *created, *call.options);
}

Task<Result<ApiResponse>> GetResource(Call call) {
  const std::string slug = call.path_values.front();
  Result<Conditional> conditional = ParseConditional(call.request);
  if (!conditional) co_return conditional.error();
  Result<Resource> resource = co_await call.store->GetResource(slug, store::WithSecrets::kNo);
  if (!resource && resource.error().kind() == ErrorKind::kNotFound) co_return NoResource(slug);
  if (!resource) co_return resource.error();
  const std::string tag = EntityTag(*resource);
  if (conditional->if_none_match && conditional->if_none_match->HoldsWeakly(tag)) {
    ApiResponse unchanged = AnswerWithoutBody(304);
    unchanged.fields.emplace_back("ETag", tag);
    co_return unchanged;
  }
  co_return AnswerResource(200, *resource, *call.options);
}

Task<Result<ApiResponse>> PutResource(Call call) {
  Result<Conditional> conditional = ParseConditional(call.request);
  if (!conditional) co_return conditional.error();
  Result<Json> input = ReadObject(call, Body::kJson);
  if (!input) co_return input.error();
  (*input)["slug"] = call.path_values.front();
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    Result<Current> current = co_await Load(call.store, call.path_values.front());
    if (!current) co_return current.error();
    Result<void> held = conditional->Judge(current->tag());
    if (!held) co_return held.error();
    const StoredDocument stored = current->stored();
    Result<BuiltDocument> built = BuildDocument(*input, stored);
    if (!built) co_return built.error();
    if (!current->resource) {
      Result<Resource> created = co_await Create(call, std::move(*built));
      if (created) co_return AnswerResource(201, *created, *call.options);
      if (created.error().kind() != ErrorKind::kConflict) co_return created.error();
      continue;  // somebody took the free slug: judge again
    }
    Result<Resource> updated = co_await Replace(call, *current->resource, std::move(*built));
    if (updated) co_return AnswerResource(200, *updated, *call.options);
    if (!LostTheRace(updated.error())) co_return updated.error();
  }
  co_return TooManyWriters();
}

Task<Result<ApiResponse>> PatchResource(Call call) {
  const std::string slug = call.path_values.front();
  Result<Conditional> conditional = ParseConditional(call.request);
  if (!conditional) co_return conditional.error();
  Result<Json> patch = ReadObject(call, Body::kMergePatch);
  if (!patch) co_return patch.error();
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    Result<Current> current = co_await Load(call.store, slug);
    if (!current) co_return current.error();
    if (!current->resource) co_return NoResource(slug);
    Result<void> held = conditional->Judge(current->tag());
    if (!held) co_return held.error();
    const StoredDocument stored = current->stored();
    const Json merged = schema::MergePatch(ResourceTable(), stored.document->body, *patch);
    Result<BuiltDocument> built = BuildDocument(merged, stored);
    if (!built) co_return built.error();
    Result<Resource> updated = co_await Replace(call, *current->resource, std::move(*built));
    if (updated) co_return AnswerResource(200, *updated, *call.options);
    if (!LostTheRace(updated.error())) co_return updated.error();
  }
  co_return TooManyWriters();
}

Task<Result<ApiResponse>> DeleteResource(Call call) {
  const std::string slug = call.path_values.front();
  Result<Conditional> conditional = ParseConditional(call.request);
  if (!conditional) co_return conditional.error();
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    Result<Resource> before = co_await call.store->GetResource(slug, store::WithSecrets::kNo);
    if (!before && before.error().kind() == ErrorKind::kNotFound) co_return NoResource(slug);
    if (!before) co_return before.error();
    Result<void> held = conditional->Judge(EntityTag(*before));
    if (!held) co_return held.error();
    Json change = Difference(before->document.body, Json());
    store::AuditEntry audit = MakeAudit(call, "resource.delete", slug, std::move(change));
    store::Precondition when = IsStill(*before);
    Result<void> deleted = co_await call.store->DeleteResource(slug, when, std::move(audit));
    if (deleted) co_return AnswerWithoutBody(204);
    if (!LostTheRace(deleted.error())) co_return deleted.error();
  }
  co_return TooManyWriters();
}

}  // namespace sallyport::admin
