// The sign-in and connection operations of the table.
#include "admin/oauth_endpoints.h"

namespace sallyport::admin {
namespace {

constexpr std::string_view kLogin = "/api/v1/resources/{r}/login";
constexpr std::string_view kConnection = "/api/v1/resources/{r}/connection";
constexpr std::string_view kConnect = "/connect/{ticket}";

Operation PostLoginOperation() {
  return {.method = "POST",
          .path = kLogin,
          .access = Access::kAnyCaller,
          .body = Body::kJson,
          .handler = PostLogin,
          .needs_tokens = true,
          .id = "startLogin",
          .tag = "connections",
          .summary = "A link to sign in with at a resource",
          .answer = "LoginLink",
          .input = "Login",
          .errors = {403, 404, 409},
          .note =
              "Open the link in the user's browser. It works once and for ten minutes. Where "
              "the tokens are shared by everybody, only admins sign in."};
}

Operation GetLoginOperation() {
  return {.method = "GET",
          .path = kLogin,
          .access = Access::kAnyCaller,
          .handler = GetLogin,
          .needs_tokens = true,
          .id = "testLogin",
          .tag = "connections",
          .summary = "Is the caller signed in at a resource? Asks its login_test_url now",
          .answer = "LoginState",
          .errors = {404, 409, 422}};
}

Operation GetConnectionOperation() {
  return {.method = "GET",
          .path = kConnection,
          .access = Access::kAnyCaller,
          .handler = GetConnection,
          .needs_tokens = true,
          .id = "getConnection",
          .tag = "connections",
          .summary = "The tokens that the caller's calls use, without the tokens",
          .answer = "Connection",
          .errors = {404, 409, 422}};
}

Operation DeleteConnectionOperation() {
  return {.method = "DELETE",
          .path = kConnection,
          .access = Access::kAnyCaller,
          .handler = DeleteConnection,
          .needs_tokens = true,
          .id = "deleteConnection",
          .tag = "connections",
          .summary = "Forget the tokens, and revoke them at the provider if it can do that",
          .statuses = {204},
          .errors = {403, 404, 409, 422}};
}

Operation ListOperation() {
  return {.method = "GET",
          .path = "/api/v1/connections",
          .access = Access::kAnyCaller,
          .handler = ListConnections,
          .needs_tokens = true,
          .id = "listConnections",
          .tag = "connections",
          .summary =
              "Token sets: those that the caller's calls use, but no shared ones; all for "
              "admins",
          .list = true,
          .answer = "ConnectionItem",
          .errors = {422}};
}

Operation Page(std::string_view method, std::string_view path, Handler handler, std::string_view id,
               std::string_view summary) {
  return {.method = method,
          .path = path,
          .access = Access::kPublic,
          .handler = handler,
          .needs_tokens = true,
          .id = id,
          .tag = "connections",
          .summary = summary,
          .note = "For browsers: answers a page, or a redirect."};
}

}  // namespace

std::vector<Operation> OAuthOperations() {
  return {PostLoginOperation(),
          GetLoginOperation(),
          GetConnectionOperation(),
          DeleteConnectionOperation(),
          ListOperation(),
          Page("GET", kConnect, GetConnect, "openLogin",
               "Follow a sign-in link: to the provider, or to a page that asks first"),
          Page("POST", kConnect, PostConnect, "confirmLogin", "The click on that page"),
          Page("GET", "/oauth/callback", GetCallback, "finishLogin",
               "Where the provider sends the browser back to")};
}

}  // namespace sallyport::admin
