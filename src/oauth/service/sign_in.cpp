// A browser on its way to the provider and back.
#include <utility>

#include "oauth/service/service_impl.h"
#include "sallyport/oauth/token_renewal.h"

namespace sallyport::oauth {
namespace {

constexpr const char* kChanged =
    "The settings of this resource have changed since the sign-in was started.";
constexpr const char* kUnknownState =
    "This sign-in is not known here: it was finished already, took longer than ten minutes, or "
    "was never started.";
constexpr const char* kOtherBrowser =
    "This sign-in was started in another browser, or cookies are blocked.";
constexpr const char* kOtherUser =
    "This sign-in was started for another user than the one who is signed in here in this browser: "
    "log out here, or start it again elsewhere.";

std::string ReasonOf(Logins::Verdict verdict) {
  switch (verdict) {
    case Logins::Verdict::kOtherBrowser:
      return kOtherBrowser;
    case Logins::Verdict::kOtherUser:
      return kOtherUser;
    default:
      return kUnknownState;
  }
}

/// Why there are no tokens, for the page. A provider's own words are told from ours.
std::string NoTokensReason(const TokenAnswer& answer) {
  return (answer.quoted ? "The identity provider answered: "
                        : "The identity provider gave no tokens: ") +
         answer.reason;
}

std::string StorageProblem(const Error& error) {
  switch (error.kind()) {
    case ErrorKind::kNotFound:
      return "The resource was deleted meanwhile.";
    case ErrorKind::kUnauthenticated:
      return "The session that this sign-in was for has ended.";
    default:
      return "The tokens could not be stored: " + error.message();
  }
}

}  // namespace

/// The resource as it is now, unless tokens would be issued under other settings than those that
/// the ticket was made for.
ResourcePointer TokenService::Impl::FindResource(const LoginRequest& request) const {
  const store::SnapshotPointer snapshot = store_.snapshot();
  const auto entry = snapshot->resources.Find(request.resource);
  if (!entry || entry->id != request.resource_id) return nullptr;
  auto resource = std::dynamic_pointer_cast<const request::CompiledResource>(entry->prepared);
  if (!resource || !resource->oauth) return nullptr;
  return resource->oauth->fingerprint == request.fingerprint ? resource : nullptr;
}

Task<Result<std::optional<Departure>>> TokenService::Impl::Depart(std::string ticket,
                                                                  std::string redirect_uri) {
  const std::optional<LoginRequest> request = logins_.PeekTicket(ticket);
  if (!request) co_return std::optional<Departure>();
  const ResourcePointer resource = FindResource(*request);
  if (!resource) co_return Error(ErrorKind::kInvalidState, ErrorSource::kCaller, kChanged);
  Result<Endpoints> endpoints = co_await EndpointsOf(resource, Wanted::kAuthorization);
  if (!endpoints) co_return endpoints.error();
  const Result<http::Url> url = http::ParseUrl(endpoints->authorization_url);
  if (!url) co_return NoTokens("authorization_url " + url.error().message());
  // Somebody else may have used the ticket while the issuer was asked.
  Logins::Terms terms{std::move(redirect_uri), resource->oauth->pkce, endpoints->sends_issuer};
  std::optional<Logins::Started> started = logins_.Begin(ticket, std::move(terms));
  if (!started) co_return std::optional<Departure>();
  AuthorizationRequest asked;
  asked.redirect_uri = started->login.redirect_uri;
  asked.state = started->state;
  asked.code_verifier = started->login.code_verifier;
  Departure departure;
  departure.url = AuthorizationUrl(*resource->oauth, *url, asked);
  departure.started = std::move(*started);
  co_return std::optional<Departure>(std::move(departure));
}

Task<LoginOutcome> TokenService::Impl::Arrive(Callback callback,
                                              std::vector<std::string> browser_secrets,
                                              std::vector<std::string> users) {
  Logins::Found found = logins_.Take(callback.state, browser_secrets, users);
  LoginOutcome outcome;
  if (found.verdict != Logins::Verdict::kOk) {
    outcome.reason = ReasonOf(found.verdict);
    co_return outcome;
  }
  outcome.request = found.login.request;
  outcome.reason = co_await Exchange(std::move(found.login), std::move(callback));
  outcome.ok = outcome.reason.empty();
  Json fields{{"resource", outcome.request.resource},
              {"owner", store::ToString(outcome.request.owner.kind)},
              {"outcome", outcome.ok ? "ok" : "failed"}};
  if (!outcome.ok) fields["reason"] = outcome.reason;
  log_.Write(outcome.ok ? observe::Level::kInfo : observe::Level::kWarn, "sign-in", "", fields);
  co_return outcome;
}

/// "" when the tokens are stored, else why not.
Task<std::string> TokenService::Impl::Exchange(PendingLogin login, Callback callback) {
  const ResourcePointer resource = FindResource(login.request);
  if (!resource) co_return kChanged;
  const request::OAuthSettings& settings = *resource->oauth;
  Result<Endpoints> endpoints = co_await EndpointsOf(resource, Wanted::kToken);
  // What it promised when the browser left counts, also when the issuer cannot be asked now.
  const bool sends_issuer = login.sends_issuer || (endpoints && endpoints->sends_issuer);
  const Result<void> issuer = CheckIssuer(callback, settings.issuer, sends_issuer);
  if (!issuer) co_return issuer.error().message();
  const std::string problem = CallbackProblem(callback);
  if (!problem.empty()) co_return problem;
  if (!endpoints) co_return endpoints.error().message();

  const Result<http::Url> url = http::ParseUrl(endpoints->token_url);
  if (!url) co_return "token_url " + url.error().message();
  const CodeGrant grant{callback.code, login.redirect_uri, login.code_verifier};
  Result<ProviderRequest> request = WriteCodeRequest(settings, *url, grant);
  if (!request) co_return request.error().message();
  const std::vector<Secret> secrets = request->secrets;
  ProviderCall call;
  call.method = "POST";
  call.request = std::move(*request);
  call.max_bytes = kTokenAnswerBytes;
  call.resource = resource;
  Result<ProviderReply> reply = co_await client_->Send(std::move(call));
  if (!reply) co_return AtProvider(reply.error(), "token URL").message();
  TokenAnswer answer = ReadTokenAnswer(reply->status, reply->body, settings, secrets);
  if (!answer.granted) co_return NoTokensReason(answer);
  Granted granted = std::move(*answer.granted);
  std::string stored = co_await StoreLogin(std::move(login), resource, std::move(granted));
  co_return stored;
}

Task<std::string> TokenService::Impl::StoreLogin(PendingLogin login, ResourcePointer resource,
                                                 Granted granted) {
  // An edit during the exchange has dropped all tokens; these must not come after it.
  if (FindResource(login.request) == nullptr) co_return kChanged;
  const std::string key = store::TokenKey(login.request.resource_id, login.request.owner);
  store::TokenSet set =
      NewTokens(login.request.resource_id, login.request.owner, login.request.user,
                std::move(granted), *resource->oauth, clock_.Now());
  const store::TokenSet granted_set = set;
  std::optional<store::AuditEntry> audit = login.request.audit;
  audit->at = clock_.Now();
  const store::Precondition whatever_is_there;
  const Result<store::TokenSet> stored =
      co_await store_.PutTokens(std::move(set), whatever_is_there, std::move(audit));
  if (stored) {
    failures_.erase(key);
    unsaved_.erase(key);
    co_return "";
  }
  auto unused = std::make_shared<const store::TokenSet>(granted_set);
  co_await Revoke(resource, std::move(unused));
  co_return StorageProblem(stored.error());
}

}  // namespace sallyport::oauth
