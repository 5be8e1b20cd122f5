// The OAuth tokens of a call: those at hand, or fetched; others when the target refuses them; or
// the way to sign in.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "pipeline/gateway_impl.h"
#include "pipeline/stand_in_tokens.h"
#include "pipeline/token_wait.h"
#include "sallyport/oauth/authorization.h"
#include "sallyport/oauth/login_link.h"
#include "sallyport/oauth/token_owner.h"
#include "sallyport/request/oauth_settings.h"

namespace sallyport::pipeline {

oauth::TokenSetPointer SetOrStandIn(const std::optional<CallTokens>& tokens) {
  static const auto stand_in = [] {
    store::TokenSet set;
    set.tokens.access_token = Secret(std::string(store::kMask));
    set.tokens.id_token = Secret(std::string(store::kMask));
    return std::make_shared<const store::TokenSet>(std::move(set));
  }();
  return tokens && tokens->set ? tokens->set : stand_in;
}

/// Precondition: the resource uses OAuth. Most calls find their tokens in the snapshot: no
/// coroutine for them. Those whose `tokens` have no set then go on to ObtainTokens.
Result<void> Gateway::Impl::FindTokens(Call& call) {
  if (call.resource->problem) return *call.resource->problem;
  const request::OAuthSettings& settings = *call.resource->oauth;
  Result<store::TokenOwnerId> owner = oauth::OwnerFor(settings, call.caller());
  if (!owner) return std::move(owner.error());
  CallTokens& tokens = call.tokens.emplace();
  tokens.need.entry = call.entry;
  tokens.need.owner = std::move(*owner);
  tokens.set = oauth::TokensAtHand(*call.snapshot, tokens.need, settings, clock_.Now());
  return {};
}

/// The wait counts against `limit`. A request that will be refused anyway is built before: it costs
/// neither a refresh nor a sign-in.
Task<Result<void>> Gateway::Impl::ObtainTokens(Call& call, TimeLimit* limit) {
  CallTokens& tokens = *call.tokens;
  oauth::TokenNeed need = tokens.need;
  if (tokens.set) need.refused_version = tokens.set->version;
  const SteadyTime asked = clock_.Steady();
  std::optional<Result<oauth::TokenGiven>> given =
      co_await ObtainWithin(tokens_, std::move(need), limit->left, call.handle);
  const auto waited = std::chrono::ceil<Milliseconds>(clock_.Steady() - asked);
  limit->left = std::max(Milliseconds(0), limit->left - waited);
  if (!given) co_return TimeIsUp(*limit);
  if (*given) {
    tokens.set = std::move((*given)->tokens);
    tokens.refreshed = tokens.refreshed || (*given)->refreshed;
    co_return Result<void>();
  }
  Error error = std::move(given->error());
  if (error.kind() != ErrorKind::kLoginRequired) co_return error;
  Error offered = co_await OfferLogin(call, std::move(error));
  co_return offered;
}

/// Did the target refuse the tokens that it was sent, for the first time? An origin that gets none
/// cannot.
bool Gateway::Impl::AreTokensRefused(const Call& call) {
  return call.tokens && !call.tokens->refused &&
         call.resource->oauth->IsUnauthorized(call.answer->head().status) &&
         (!call.run || call.run->outgoing().trusted);
}

/// Precondition: AreTokensRefused. True: there are others, and the request can be sent again; the
/// refusal is dropped. False: what came is the answer. Errors: login_required. Once in a call, so
/// that a target that refuses every token makes no loop.
Task<Result<bool>> Gateway::Impl::RenewRefusedTokens(Call& call, TimeLimit* limit) {
  call.tokens->refused = true;
  const bool can_resend = call.upload == nullptr;
  std::string outcome = std::to_string(call.answer->head().status);
  const bool sent_refreshed = call.tokens->refreshed;
  Result<void> renewed = co_await ObtainTokens(call, limit);
  if (!can_resend) call.tokens->refreshed = sent_refreshed;
  const bool signed_out = !renewed && renewed.error().kind() == ErrorKind::kLoginRequired;
  if (!signed_out && (!renewed || !can_resend)) co_return false;
  co_await DropAnswer(call, std::move(outcome));
  if (signed_out) co_return std::move(renewed.error());
  call.tokens->replayed = true;
  co_return true;
}

/// login_required with what a frontend needs to show its sign-in.
Task<Error> Gateway::Impl::OfferLogin(Call& call, Error error) {
  LoginOffer offer{call.entry->slug, ""};
  if (oauth::MayConnect(*call.resource->oauth, call.caller())) {
    const oauth::LoginAsked asked{call.caller(), PeerText(call), call.request_id, clock_.Now()};
    oauth::LoginRequest request =
        oauth::LoginFor(*call.entry, *call.resource, call.tokens->need.owner, asked);
    const std::string_view caller_origin = call.head().fields.Find("Origin").value_or("");
    Result<std::string> message_origin = oauth::MessageOrigin(
        std::nullopt, caller_origin, call.settings->public_url, call.settings->cors_origins);
    if (message_origin) request.message_origin = std::move(*message_origin);
    const oauth::Logins::Ticket ticket = co_await tokens_.MakeTicket(std::move(request));
    offer.login_url = oauth::LoginUrl(call.settings->public_url, ticket.value);
  }
  co_return std::move(error).WithLogin(std::move(offer));
}

}  // namespace sallyport::pipeline
