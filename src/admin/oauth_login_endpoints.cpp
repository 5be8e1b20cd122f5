// /api/v1/resources/{r}/login: a link to sign in with, and the live login test.
#include <utility>

#include "admin/message.h"
#include "admin/oauth_endpoints.h"
#include "admin/oauth_resource.h"
#include "admin/oauth_tables.h"
#include "admin/refusals.h"
#include "sallyport/oauth/login_link.h"
#include "sallyport/oauth/token_owner.h"
#include "sallyport/request/login_test.h"

namespace sallyport::admin {
namespace {

using http::ApiResponse;

/// How the browser is told, once it is back.
struct Wishes {
  std::optional<std::string> return_to;
  std::optional<std::string> origin;
};

std::optional<std::string> TextOf(const Json& input, const char* name) {
  if (!input[name].is_string()) return std::nullopt;
  return input[name].get<std::string>();
}

Result<Wishes> ReadWishes(const Call& call) {
  // Nothing needs to be said, so a body may be left out.
  if (call.request.body.empty() && call.request.content_type.empty()) return Wishes{};
  Result<Json> body = ReadObject(call, Body::kJson);
  if (!body) return std::move(body).error();
  Json input;
  std::vector<Violation> violations = schema::Normalize(LoginTable(), *body, input);
  if (!violations.empty()) return Invalid(std::move(violations));
  return Wishes{TextOf(input, "return_to"), TextOf(input, "origin")};
}

Result<oauth::LoginRequest> Prepare(const Call& call, const OAuthResource& found,
                                    store::TokenOwnerId owner, const Wishes& wishes) {
  const Options& options = *call.options;
  const oauth::LoginAsked asked{call.caller, call.request.peer, call.request.request_id,
                                call.clock->Now()};
  oauth::LoginRequest request =
      oauth::LoginFor(*found.entry, *found.resource, std::move(owner), asked);
  if (wishes.return_to) {
    Result<std::string> judged =
        oauth::JudgeReturnTo(*wishes.return_to, options.public_url, options.cors_origins);
    if (!judged) return std::move(judged).error();
    request.return_to = std::move(*judged);
  }
  Result<std::string> origin = oauth::MessageOrigin(wishes.origin, call.request.origin.value_or(""),
                                                    options.public_url, options.cors_origins);
  if (!origin) return std::move(origin).error();
  request.message_origin = std::move(*origin);
  return request;
}

bool IsSignedIn(int status) { return status >= 200 && status <= 209; }

struct Tested {
  std::string state = "unknown";
  std::optional<int> status;
  std::string reason;  ///< why it is unknown
};

Tested Unknown(const Error& why) {
  Tested tested;
  tested.reason = why.message();
  if (tested.reason.ends_with('.')) tested.reason.pop_back();
  if (!why.hint().empty()) tested.reason += "; " + why.hint();
  return tested;
}

/// Calls login_test_url with the tokens.
Task<Tested> CallTestUrl(const Call& call, const OAuthResource& found,
                         oauth::TokenSetPointer tokens) {
  Tested tested;
  const request::CompiledResource& resource = *found.resource;
  if (!resource.login_test) {
    tested.reason = "the resource has no login_test_url";
    co_return tested;
  }
  request::Value user;
  request::Scope scope;
  if (call.caller.user) {
    user = request::UserValue(*call.caller.user, call.caller.user_attributes);
    scope.user = &user;
  }
  scope.vars = &resource.variables;
  scope.access_token = &tokens->tokens.access_token;
  scope.id_token = &tokens->tokens.id_token;
  Result<request::LoginTestRequest> built = request::BuildLoginTest(resource, scope);
  if (!built) co_return Unknown(built.error());  // it cannot be asked, so nobody knows
  oauth::ProviderCall outbound;
  outbound.method = "GET";
  outbound.request.url = std::move(built->url);
  outbound.request.head = std::move(built->head);
  outbound.resource = found.resource;
  outbound.target_timeouts = resource.timeouts;
  const Result<oauth::ProviderReply> reply = co_await call.tokens->Send(std::move(outbound));
  if (!reply) co_return Unknown(reply.error());
  tested.status = reply->status;
  tested.state = IsSignedIn(reply->status) ? "signed_in" : "signed_out";
  co_return tested;
}

/// A refused token is renewed and tried once more, as in every call: who is served there without a
/// new sign-in is signed in.
Task<Tested> Test(const Call& call, const OAuthResource& found, store::TokenOwnerId owner) {
  oauth::TokenNeed need;
  need.entry = found.entry;
  need.owner = std::move(owner);
  oauth::TokenNeed first_need = need;
  Result<oauth::TokenGiven> first = co_await call.tokens->Obtain(std::move(first_need));
  if (!first) {
    if (first.error().kind() != ErrorKind::kLoginRequired) co_return Unknown(first.error());
    Tested tested;
    tested.state = "signed_out";
    co_return tested;
  }
  oauth::TokenSetPointer tokens = first->tokens;
  need.refused_version = tokens->version;
  Tested tested = co_await CallTestUrl(call, found, std::move(tokens));
  if (!tested.status || !found.settings().IsUnauthorized(*tested.status)) co_return tested;
  Result<oauth::TokenGiven> second = co_await call.tokens->Obtain(std::move(need));
  if (!second) co_return tested;
  tokens = second->tokens;
  Tested again = co_await CallTestUrl(call, found, std::move(tokens));
  co_return again;
}

}  // namespace

Task<Result<ApiResponse>> PostLogin(Call call) {
  const Result<OAuthResource> found = FindOAuthResource(call, call.path_values.front());
  if (!found) co_return found.error();
  Result<void> judged = JudgeHasSignIn(*found);
  if (judged) judged = JudgeMayConnect(*found, call.caller);
  if (!judged) co_return judged.error();
  const Result<Wishes> wishes = ReadWishes(call);
  if (!wishes) co_return wishes.error();
  const Result<store::TokenOwnerId> owner = oauth::OwnerFor(found->settings(), call.caller);
  if (!owner) co_return owner.error();
  Result<oauth::LoginRequest> request = Prepare(call, *found, *owner, *wishes);
  if (!request) co_return request.error();
  const oauth::Logins::Ticket ticket = co_await call.tokens->MakeTicket(std::move(*request));
  Json answer = Json::object();
  answer["login_url"] = oauth::LoginUrl(call.options->public_url, ticket.value);
  answer["expires_at"] = FormatTime(ticket.expires_at);
  co_return Answer(200, answer);
}

Task<Result<ApiResponse>> GetLogin(Call call) {
  const Result<OAuthResource> found = FindOAuthResource(call, call.path_values.front());
  if (!found) co_return found.error();
  const Result<store::TokenOwnerId> owner = oauth::OwnerFor(found->settings(), call.caller);
  if (!owner) co_return owner.error();
  store::TokenOwnerId tested_owner = *owner;
  const Tested tested = co_await Test(call, *found, std::move(tested_owner));
  Json answer = Json::object();
  answer["state"] = tested.state;
  answer["login_url"] = nullptr;
  if (JudgeHasSignIn(*found) && JudgeMayConnect(*found, call.caller)) {
    const Wishes none;
    Result<oauth::LoginRequest> request = Prepare(call, *found, *owner, none);
    if (!request) co_return request.error();
    const oauth::Logins::Ticket ticket = co_await call.tokens->MakeTicket(std::move(*request));
    answer["login_url"] = oauth::LoginUrl(call.options->public_url, ticket.value);
  }
  answer["checked_at"] = FormatTime(call.clock->Now());
  answer["upstream_status"] = tested.status ? Json(*tested.status) : Json();
  answer["reason"] = tested.reason.empty() ? Json() : Json(tested.reason);
  co_return Answer(200, answer);
}

}  // namespace sallyport::admin
