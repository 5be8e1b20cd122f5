// What browsers open around a sign-in: the link, its confirmation, and the way back from the
// provider. Anyone may ask; a ticket or a state is the permission.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "admin/message.h"
#include "admin/oauth_endpoints.h"
#include "admin/session_cookie.h"
#include "sallyport/base/strings.h"
#include "sallyport/crypto/digest.h"
#include "sallyport/http/cookie.h"
#include "sallyport/http/url.h"
#include "sallyport/oauth/login_cookie.h"
#include "sallyport/oauth/pages.h"

namespace sallyport::admin {
namespace {

using http::ApiResponse;

/// Those that every answer of the gateway gets.
bool IsAddedAnyway(std::string_view name) {
  return EqualsIgnoreCase(name, "Content-Type") || EqualsIgnoreCase(name, "Cache-Control") ||
         EqualsIgnoreCase(name, "X-Content-Type-Options");
}

ApiResponse FromPage(const oauth::Page& page) {
  ApiResponse response;
  response.status = page.status;
  response.content_type = "text/html; charset=utf-8";
  response.body = page.body;
  for (std::string_view line : Split(page.fields.bytes(), '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    const std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos || IsAddedAnyway(line.substr(0, colon))) continue;
    response.fields.emplace_back(line.substr(0, colon), line.substr(colon + 2));
  }
  return response;
}

ApiResponse RedirectTo(const std::string& url) {
  ApiResponse response;
  response.status = 302;
  response.content_type = "text/plain; charset=utf-8";
  response.body = "Go to the address in Location.\n";
  response.fields.emplace_back("Location", url);
  // The address that is left holds a ticket or a code.
  response.fields.emplace_back("Referrer-Policy", "no-referrer");
  return response;
}

void SetCookie(ApiResponse& response, std::string value) {
  response.fields.emplace_back("Set-Cookie", std::move(value));
}

oauth::ResultText TextFor(const oauth::LoginRequest& request) {
  return {request.resource, request.resource_name, request.user, request.message_origin,
          request.return_to};
}

/// The values of the browser's cookies of this name.
std::vector<std::string> CookiesNamed(const Call& call, std::string_view name) {
  std::vector<std::string> values;
  for (const std::string& field : call.request.cookies) {
    for (const http::CookiePair& pair : http::ParseCookies(field)) {
      if (pair.name == name) values.emplace_back(pair.value);
    }
  }
  return values;
}

/// Whom the browser is known to belong to: by its session, when that is alive, and by a proxy that
/// signs users in. Both may speak; then both count.
std::vector<std::string> Visitors(const Call& call) {
  std::vector<std::string> users;
  if (call.request.proxy_user) users.push_back(*call.request.proxy_user);
  const store::SnapshotPointer snapshot = call.store->snapshot();
  for (const std::string& token : CookiesNamed(call, SessionCookieName(call.options->public_url))) {
    const store::Digest digest = crypto::Sha256(token);
    const std::string key(reinterpret_cast<const char*>(digest.data()), digest.size());
    const auto session = snapshot->sessions.Find(key);
    if (!session || call.clock->Now() >= session->expires_at) continue;
    users.push_back(session->user);
    break;
  }
  return users;
}

std::string ProviderOf(const Call& call, const oauth::LoginRequest& request) {
  const auto entry = call.store->snapshot()->resources.Find(request.resource);
  if (!entry) return {};
  const auto resource = std::dynamic_pointer_cast<const request::CompiledResource>(entry->prepared);
  if (!resource || !resource->oauth) return {};
  const request::OAuthSettings& settings = *resource->oauth;
  const Result<http::Url> url = http::ParseUrl(
      settings.authorization_url.empty() ? settings.issuer : settings.authorization_url);
  return url ? url->origin.ToString() : std::string();
}

enum class Passage : std::uint8_t { kRefuse, kConfirm, kGo };

Passage JudgeVisitor(const Call& call, const oauth::LoginRequest& request) {
  const std::vector<std::string> users = Visitors(call);
  if (oauth::IsForAnother(request, users)) return Passage::kRefuse;
  if (!users.empty() && !request.user.empty()) return Passage::kGo;
  return call.options->confirm_login ? Passage::kConfirm : Passage::kGo;
}

ApiResponse AnotherUser(const oauth::LoginRequest& request) {
  return FromPage(oauth::FailurePage(
      TextFor(request),
      "This link is for another user than the one who is signed in here in this browser: log out "
      "here, or open it elsewhere."));
}

ApiResponse AskForClick(const Call& call, const std::string& ticket,
                        const oauth::LoginRequest& request) {
  oauth::ConfirmText text;
  text.user = request.user;
  text.resource_name = request.resource_name;
  text.provider = ProviderOf(call, request);
  text.action = "/connect/" + http::PercentEncode(ticket);
  ApiResponse response = FromPage(oauth::ConfirmPage(text));
  // Comes back with a click on our own page only, as cookies of this kind do not go with a POST
  // from another site: that tells where the click was for browsers without Sec-Fetch-Site.
  SetCookie(response, oauth::BindBrowser(call.options->public_url, ticket, "confirm"));
  return response;
}

/// Was the click on our own page? A form elsewhere could post to a planted link.
bool IsOwnClick(const Call& call, const std::string& ticket) {
  const std::optional<std::string>& site = call.request.fetch_site;
  if (site) return *site == "same-origin" || *site == "none";
  const std::optional<std::string>& origin = call.request.origin;
  if (!origin) return true;  // no browser: all of them say where a POST comes from
  if (*origin == "null") {   // what no-referrer, our own page's policy, makes of it
    return !CookiesNamed(call, oauth::LoginCookieName(call.options->public_url, ticket)).empty();
  }
  const Result<http::Origin> from = http::ParseOrigin(*origin);
  const Result<http::Url> own = http::ParseUrl(call.options->public_url);
  return from && own && *from == own->origin;
}

Task<ApiResponse> Depart(const Call& call, std::string ticket, oauth::LoginRequest request) {
  std::string redirect_uri = oauth::CallbackUrl(call.options->public_url);
  Result<std::optional<oauth::Departure>> departure =
      co_await call.tokens->Depart(std::move(ticket), std::move(redirect_uri));
  if (!departure) {
    co_return FromPage(oauth::FailurePage(TextFor(request), departure.error().message()));
  }
  if (!*departure) co_return FromPage(oauth::ExpiredPage());
  const oauth::Departure& leaving = **departure;
  ApiResponse response = RedirectTo(leaving.url);
  SetCookie(response, oauth::BindBrowser(call.options->public_url, leaving.started.state,
                                         leaving.started.browser_secret));
  co_return response;
}

}  // namespace

Task<Result<ApiResponse>> GetConnect(Call call) {
  const std::string ticket = call.path_values.front();
  std::string peeked = ticket;
  std::optional<oauth::LoginRequest> request = co_await call.tokens->PeekTicket(std::move(peeked));
  if (!request) co_return FromPage(oauth::ExpiredPage());
  const Passage passage = JudgeVisitor(call, *request);
  if (passage == Passage::kRefuse) co_return AnotherUser(*request);
  // A HEAD (a preview of links) or a browser that only looks ahead must not use the ticket up.
  const bool looks_ahead = call.request.head_only || call.request.prefetch;
  if (passage == Passage::kConfirm || looks_ahead) {
    co_return AskForClick(call, ticket, *request);
  }
  std::string used = ticket;
  ApiResponse response = co_await Depart(call, std::move(used), std::move(*request));
  co_return response;
}

Task<Result<ApiResponse>> PostConnect(Call call) {
  const std::string ticket = call.path_values.front();
  std::string peeked = ticket;
  std::optional<oauth::LoginRequest> request = co_await call.tokens->PeekTicket(std::move(peeked));
  if (!request) co_return FromPage(oauth::ExpiredPage());
  if (JudgeVisitor(call, *request) == Passage::kRefuse) co_return AnotherUser(*request);
  if (!IsOwnClick(call, ticket)) {
    co_return FromPage(oauth::FailurePage(TextFor(*request),
                                          "The click did not come from this gateway's own page."));
  }
  std::string used = ticket;
  ApiResponse response = co_await Depart(call, std::move(used), std::move(*request));
  SetCookie(response, oauth::UnbindBrowser(call.options->public_url, ticket));
  co_return response;
}

Task<Result<ApiResponse>> GetCallback(Call call) {
  if (call.request.head_only) {
    co_return FromPage(oauth::FailurePage({}, "A sign-in is finished with GET."));
  }
  Result<oauth::Callback> callback = oauth::ReadCallback(call.request.query);
  if (!callback) co_return FromPage(oauth::FailurePage({}, callback.error().message()));
  const std::string state = callback->state;
  std::vector<std::string_view> cookies(call.request.cookies.begin(), call.request.cookies.end());
  std::vector<std::string> secrets = oauth::BrowserSecrets(cookies);
  std::vector<std::string> users = Visitors(call);
  const oauth::LoginOutcome outcome =
      co_await call.tokens->Arrive(std::move(*callback), std::move(secrets), std::move(users));
  ApiResponse response;
  if (!outcome.ok) {
    response = FromPage(oauth::FailurePage(TextFor(outcome.request), outcome.reason));
  } else if (!outcome.request.return_to.empty()) {
    response = RedirectTo(outcome.request.return_to);
  } else {
    response = FromPage(oauth::SuccessPage(TextFor(outcome.request)));
  }
  const bool used_up = !outcome.request.resource.empty();
  if (used_up) SetCookie(response, oauth::UnbindBrowser(call.options->public_url, state));
  co_return response;
}

}  // namespace sallyport::admin
