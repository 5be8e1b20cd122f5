// Connections: who is signed in where, and the end of it.
#include <utility>

#include "admin/audit.h"
#include "admin/list_query.h"
#include "admin/message.h"
#include "admin/oauth_endpoints.h"
#include "admin/oauth_resource.h"
#include "sallyport/oauth/token_owner.h"

namespace sallyport::admin {
namespace {

using http::ApiResponse;

oauth::TokenSetPointer FindTokens(const Call& call, const OAuthResource& found,
                                  const store::TokenOwnerId& owner) {
  return call.store->snapshot()->tokens.Find(store::TokenKey(found.entry->id, owner));
}

/// Refresh tokens are not in the list, and whether there is one decides what "connected" means.
Json ItemView(const Call& call, const store::Snapshot& snapshot,
              const store::ListedTokenSet& listed) {
  Json view = Json::object();
  view["resource"] = listed.resource_slug;
  view["owner"] = store::ToString(listed.set.owner.kind);
  view["user"] = listed.set.user.empty() ? Json() : Json(listed.set.user);
  const bool of_session = listed.set.owner.kind == store::OwnerKind::kSession;
  view["session_id"] = of_session ? Json(listed.set.owner.id) : Json();
  const auto entry = snapshot.resources.Find(listed.resource_slug);
  const auto resource =
      entry ? std::dynamic_pointer_cast<const request::CompiledResource>(entry->prepared) : nullptr;
  const oauth::TokenSetPointer tokens =
      snapshot.tokens.Find(store::TokenKey(listed.set.resource_id, listed.set.owner));
  const request::OAuthSettings nothing;
  const bool has_oauth = resource && resource->oauth;
  view.update(ConnectionView(has_oauth ? tokens.get() : nullptr,
                             has_oauth ? *resource->oauth : nothing, call.clock->Now()));
  return view;
}

/// Would GET .../connection show the caller this very set? Those of nobody in particular are no
/// connection of its own.
bool IsOwn(const store::Snapshot& snapshot, const store::Caller& caller,
           const store::ListedTokenSet& listed) {
  const store::OwnerKind kind = listed.set.owner.kind;
  if (kind != store::OwnerKind::kSession && kind != store::OwnerKind::kUser) return false;
  if (!caller.MayUse(listed.resource_slug)) return false;
  const auto entry = snapshot.resources.Find(listed.resource_slug);
  const auto resource =
      entry ? std::dynamic_pointer_cast<const request::CompiledResource>(entry->prepared) : nullptr;
  if (!resource || !resource->oauth) return false;
  const Result<store::TokenOwnerId> owner = oauth::OwnerFor(*resource->oauth, caller);
  return owner && *owner == listed.set.owner;
}

store::TokenSetFilter FilterFor(const Call& call) {
  store::TokenSetFilter filter;
  if (call.caller.is_admin()) return filter;
  filter.user = call.caller.user;
  filter.shows = [snapshot = call.store->snapshot(),
                  caller = call.caller](const store::ListedTokenSet& listed) {
    return IsOwn(*snapshot, caller, listed);
  };
  return filter;
}

}  // namespace

Task<Result<ApiResponse>> GetConnection(Call call) {
  const Result<OAuthResource> found = FindOAuthResource(call, call.path_values.front());
  if (!found) co_return found.error();
  const Result<store::TokenOwnerId> owner = oauth::OwnerFor(found->settings(), call.caller);
  if (!owner) co_return owner.error();
  const oauth::TokenSetPointer tokens = FindTokens(call, *found, *owner);
  co_return Answer(200, ConnectionView(tokens.get(), found->settings(), call.clock->Now()));
}

/// Repeating it is no error: what should be gone is gone.
Task<Result<ApiResponse>> DeleteConnection(Call call) {
  const Result<OAuthResource> found = FindOAuthResource(call, call.path_values.front());
  if (!found) co_return found.error();
  Result<void> judged = JudgeMayConnect(*found, call.caller);
  if (!judged) co_return judged.error();
  const Result<store::TokenOwnerId> owner = oauth::OwnerFor(found->settings(), call.caller);
  if (!owner) co_return owner.error();
  oauth::TokenSetPointer tokens = FindTokens(call, *found, *owner);
  store::AuditEntry audit =
      MakeAudit(call, "connection.delete", found->entry->slug, Json::object());
  store::TokenOwnerId whose = *owner;
  Result<void> deleted =
      co_await call.store->DeleteTokens(found->entry->id, std::move(whose), std::move(audit));
  if (!deleted && deleted.error().kind() != ErrorKind::kNotFound) co_return deleted.error();
  // The tokens are gone here already; whoever asked for this may wait for the provider to know.
  if (deleted && tokens) {
    oauth::ResourcePointer resource = found->resource;
    co_await call.tokens->Revoke(std::move(resource), std::move(tokens));
  }
  co_return AnswerWithoutBody(204);
}

Task<Result<ApiResponse>> ListConnections(Call call) {
  Result<store::ListQuery> query = ParseListQuery(call.request.query);
  if (!query) co_return query.error();
  if (!call.caller.is_admin() && !call.caller.user) {
    const store::Page<store::ListedTokenSet> none;
    co_return Answer(200, PageView(none, [](const auto&) { return Json(); }));
  }
  store::TokenSetFilter filter = FilterFor(call);
  Result<store::Page<store::ListedTokenSet>> page =
      co_await call.store->ListTokenSets(std::move(*query), std::move(filter));
  if (!page) co_return CursorError(page.error());
  const store::SnapshotPointer snapshot = call.store->snapshot();
  const auto view = [&](const store::ListedTokenSet& listed) {
    return ItemView(call, *snapshot, listed);
  };
  const Json answer = PageView(*page, view);
  co_return Answer(200, answer);
}

}  // namespace sallyport::admin
