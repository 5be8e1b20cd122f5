// Tells a provider that tokens are not needed any more (RFC 7009).
#include <algorithm>
#include <set>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "oauth/service/service_impl.h"

namespace sallyport::oauth {
namespace {

/// A status is enough; what a provider writes beside it is of no use.
bool IsDone(const ProviderReply& reply) { return reply.status >= 200 && reply.status <= 299; }

/// Revocations of one purge at a time: thousands of sessions may run out in the same minute.
constexpr std::size_t kLanes = 8;

}  // namespace

Task<void> TokenService::Impl::Revoke(ResourcePointer resource, TokenSetPointer tokens) {
  if (!resource || !resource->oauth || !tokens) co_return;
  Result<Endpoints> endpoints = co_await EndpointsOf(resource, Wanted::kRevocation);
  if (!endpoints) {
    log_.Write(observe::Level::kWarn, "tokens were not revoked at the provider", "",
               {{"resource", resource->slug}, {"reason", endpoints.error().message()}});
    co_return;
  }
  if (endpoints->revocation_url.empty()) co_return;
  // The refresh token first: with it a provider should forget its access tokens, too (§2.1), and
  // not all do.
  if (!tokens->tokens.refresh_token.empty()) {
    Secret token = tokens->tokens.refresh_token;
    std::string url = endpoints->revocation_url;
    std::string hint = "refresh_token";
    co_await RevokeOne(resource, std::move(url), std::move(token), std::move(hint));
  }
  Secret token = tokens->tokens.access_token;
  std::string url = endpoints->revocation_url;
  std::string hint = "access_token";
  co_await RevokeOne(resource, std::move(url), std::move(token), std::move(hint));
}

void TokenService::Impl::RevokeTokensOf(const store::Snapshot& before,
                                        const std::vector<std::string>& sessions) {
  const std::set<std::string> ended(sessions.begin(), sessions.end());
  auto left = std::make_shared<std::vector<DroppedTokens>>(TokensOfSessions(before, ended));
  const std::size_t lanes = std::min(kLanes, left->size());
  for (std::size_t i = 0; i < lanes; ++i) {
    boost::asio::co_spawn(executor(), RevokeEach(left), boost::asio::detached);
  }
}

Task<void> TokenService::Impl::RevokeEach(Unwanted left) {
  while (!left->empty()) {
    DroppedTokens next = std::move(left->back());
    left->pop_back();
    co_await Revoke(std::move(next.resource), std::move(next.tokens));
  }
}

Task<void> TokenService::Impl::RevokeOne(ResourcePointer resource, std::string url, Secret token,
                                         std::string hint) {
  std::string reason;
  const Result<http::Url> place = http::ParseUrl(url);
  if (place) {
    Result<ProviderRequest> request = WriteRevocationRequest(*resource->oauth, *place, token, hint);
    if (request) {
      ProviderCall call;
      call.method = "POST";
      call.request = std::move(*request);
      call.resource = resource;
      const Result<ProviderReply> reply = co_await client_->Send(std::move(call));
      if (reply && IsDone(*reply)) co_return;
      reason = reply ? "it answered " + std::to_string(reply->status) : reply.error().message();
    } else {
      reason = request.error().message();
    }
  } else {
    reason = "revocation_url " + place.error().message();
  }
  log_.Write(observe::Level::kWarn, "a token was not revoked at the provider", "",
             {{"resource", resource->slug}, {"token", hint}, {"reason", reason}});
}

}  // namespace sallyport::oauth
