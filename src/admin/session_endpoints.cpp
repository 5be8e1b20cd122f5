// /api/v1/session and /api/v1/sessions: sessions of end users.
#include "admin/audit.h"
#include "admin/caller_tables.h"
#include "admin/list_query.h"
#include "admin/message.h"
#include "admin/oauth_drops.h"
#include "admin/operation.h"
#include "admin/refusals.h"
#include "admin/session_cookie.h"
#include "sallyport/crypto/digest.h"

namespace sallyport::admin {
namespace {

using http::ApiResponse;
using store::Session;

constexpr std::string_view kPath = "/api/v1/sessions";
constexpr std::string_view kTokenPrefix = "sps_";

Session MakeSession(const Call& call, const Json& input, const std::string& token) {
  Session session;
  session.id = crypto::RandomId();
  session.token_digest = crypto::Sha256(token);
  session.user = input["user"].get<std::string>();
  session.attributes = input["attributes"];
  session.resources = call.caller.resources;
  // An admin's key reaches everything, whatever it lists.
  if (call.caller.is_admin()) session.resources = {"*"};
  session.created_by = call.caller.id;
  session.created_at = call.clock->Now();
  session.expires_at =
      session.created_at + std::chrono::seconds(input["ttl_seconds"].get<std::int64_t>());
  return session;
}

/// Attributes may be private and stay out of the audit log.
Json AuditView(const Session& session) {
  Json view = SessionView(session);
  view.erase("attributes");
  return view;
}

Task<Result<ApiResponse>> PostSession(Call call) {
  Result<Json> body = ReadObject(call, Body::kJson);
  if (!body) co_return body.error();
  Json input;
  std::vector<Violation> violations = schema::Normalize(SessionTable(), *body, input);
  if (!violations.empty()) co_return Invalid(std::move(violations));

  const std::string token = crypto::RandomToken(kTokenPrefix);
  const Session session = MakeSession(call, input, token);
  Json change = Difference(Json(), AuditView(session));
  store::AuditEntry audit = MakeAudit(call, "session.create", session.id, std::move(change));
  Result<void> created = co_await call.store->CreateSession(session, std::move(audit));
  if (!created) co_return created.error();

  Json answer = Json::object();
  answer["token"] = token;
  answer["session"] = SessionView(session);
  ApiResponse response = Answer(201, answer);
  response.fields.emplace_back(
      "Set-Cookie", StartCookie(call.options->public_url, token,
                                std::chrono::seconds(input["ttl_seconds"].get<std::int64_t>())));
  co_return response;
}

Task<Result<ApiResponse>> GetSession(Call call) {
  Json answer = Json::object();
  answer["kind"] = store::ToString(call.caller.kind);
  answer["id"] = call.caller.id;
  answer["role"] = RoleName(call.caller.role);
  answer["user"] = call.caller.user ? Json(*call.caller.user) : Json();
  answer["expires_at"] = TimeView(call.caller.expires_at);
  co_return Answer(200, answer);
}

Task<Result<ApiResponse>> DeleteOwnSession(Call call) {
  const std::vector<DroppedTokens> dropped =
      TokensOfSession(*call.store->snapshot(), call.caller.id);
  store::AuditEntry audit = MakeAudit(call, "session.end", call.caller.id, Json::object());
  Result<void> deleted = co_await call.store->DeleteSession(call.caller.id, std::move(audit));
  // Ended by somebody else in the meantime: ended all the same.
  if (!deleted && deleted.error().kind() != ErrorKind::kNotFound) co_return deleted.error();
  if (deleted) {
    EndSignIns(call, call.caller.id);
    RevokeDropped(call, dropped);
  }
  ApiResponse response = AnswerWithoutBody(204);
  response.fields.emplace_back("Set-Cookie", EndCookie(call.options->public_url));
  co_return response;
}

Task<Result<ApiResponse>> ListSessions(Call call) {
  Result<store::ListQuery> query = ParseListQuery(call.request.query);
  if (!query) co_return query.error();
  Result<store::Page<Session>> page = co_await call.store->ListSessions(std::move(*query));
  if (!page) co_return CursorError(page.error());
  co_return Answer(200, PageView(*page, SessionView));
}

Task<Result<ApiResponse>> DeleteSession(Call call) {
  const std::string id = call.path_values.front();
  const std::vector<DroppedTokens> dropped = TokensOfSession(*call.store->snapshot(), id);
  store::AuditEntry audit = MakeAudit(call, "session.revoke", id, Json::object());
  Result<void> deleted = co_await call.store->DeleteSession(id, std::move(audit));
  if (!deleted && deleted.error().kind() == ErrorKind::kNotFound) {
    co_return NotFound("session", id, kPath);
  }
  if (!deleted) co_return deleted.error();
  EndSignIns(call, id);
  RevokeDropped(call, dropped);
  co_return AnswerWithoutBody(204);
}

Operation CreateOperation() {
  return {.method = "POST",
          .path = kPath,
          .access = Access::kSessionMaker,
          .body = Body::kJson,
          .handler = PostSession,
          .id = "createSession",
          .tag = "sessions",
          .summary = "Start a session of an end user",
          .statuses = {201},
          .answer = "NewSession",
          .input = "Session",
          .note =
              "For API keys that are admins' or have act_as_users. The token is "
              "shown once; it is also set as a cookie."};
}

Operation WhoAmIOperation() {
  return {.method = "GET",
          .path = "/api/v1/session",
          .access = Access::kAnyCaller,
          .handler = GetSession,
          .id = "whoAmI",
          .tag = "sessions",
          .summary = "Who am I?",
          .answer = "WhoAmI"};
}

Operation EndOperation() {
  return {.method = "DELETE",
          .path = "/api/v1/session",
          .access = Access::kSessionItself,
          .handler = DeleteOwnSession,
          .id = "endSession",
          .tag = "sessions",
          .summary = "End the session that calls, and its tokens",
          .statuses = {204}};
}

Operation ListOperation() {
  return {.method = "GET",
          .path = kPath,
          .handler = ListSessions,
          .id = "listSessions",
          .tag = "sessions",
          .summary = "Sessions",
          .list = true,
          .answer = "Session",
          .errors = {422}};
}

Operation RevokeOperation() {
  return {.method = "DELETE",
          .path = "/api/v1/sessions/{id}",
          .handler = DeleteSession,
          .id = "revokeSession",
          .tag = "sessions",
          .summary = "End any session",
          .statuses = {204},
          .errors = {404}};
}

}  // namespace

std::vector<Operation> SessionOperations() {
  return {CreateOperation(), WhoAmIOperation(), EndOperation(), ListOperation(), RevokeOperation()};
}

}  // namespace sallyport::admin
