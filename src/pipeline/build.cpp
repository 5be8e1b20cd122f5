// The request of a pass-through call.
#include <optional>
#include <string>
#include <utility>

#include "pipeline/gateway_impl.h"
#include "pipeline/stand_in_tokens.h"
#include "sallyport/request/outgoing.h"

namespace sallyport::pipeline {
namespace {

/// The parts of a resource whose rows or base_url wait for the end user or a token.
Result<request::StaticParts> PartsFor(const Call& call, const oauth::TokenSetPointer& tokens) {
  std::optional<request::Value> user;
  if (call.caller().user)
    user = request::UserValue(*call.caller().user, call.caller().user_attributes);
  const request::Value no_params = request::Value::Object({});
  request::Scope scope;
  scope.params = &no_params;
  scope.user = user ? &*user : nullptr;
  scope.vars = &call.resource->variables;
  if (tokens) {
    scope.access_token = &tokens->tokens.access_token;
    scope.id_token = &tokens->tokens.id_token;
  }
  return request::ExpandParts(*call.resource, scope);
}

}  // namespace

/// What is broken from the start is not begun at the target.
Result<void> Gateway::Impl::JudgeArrivedBody(Call& call) {
  if (call.head().framing != http::BodyFraming::kChunked) return {};
  Result<void> judged = call.exchange.JudgeArrivedBody();
  if (!judged) call.exchange.CloseAfter();
  return judged;
}

Result<void> Gateway::Impl::Build(Call& call) {
  const http::RequestHead& head = call.head();
  if (head.wants_upgrade && head.fields.HasToken("Upgrade", "websocket")) {
    return Error(ErrorKind::kNotImplemented, ErrorSource::kCaller,
                 "WebSocket connections are not forwarded.");
  }
  const std::uint64_t limit = call.settings->proxy_body_bytes;
  if (limit != 0 && head.framing == http::BodyFraming::kLength && head.content_length > limit) {
    return TooLarge("proxy_body_bytes", limit);
  }
  // Those that are not here yet have a stand-in: the request is judged before they are asked for.
  const oauth::TokenSetPointer tokens = call.tokens ? SetOrStandIn(call.tokens) : nullptr;
  if (!call.resource->is_static) {
    Result<request::StaticParts> parts = PartsFor(call, tokens);
    if (!parts) return parts.error();
    call.own_parts = std::make_unique<const request::StaticParts>(std::move(*parts));
  }
  const Secret* token = tokens ? &tokens->tokens.access_token : nullptr;
  Result<request::ProxyRequest> built = request::BuildProxyRequest(
      *call.resource, call.parts(), head, call.route.rest, proxy_options_, token);
  if (!built) return built.error();
  call.outgoing = std::move(*built);
  return {};
}

/// Is the body read whole before anything is sent? Yes when it has come with the head: it then
/// travels with the outgoing head in one write, and the request can be sent again. And a small one
/// where the target may refuse the call's token, because the call is then sent once more.
bool Gateway::Impl::IsHeld(const Call& call) {
  const http::RequestHead& head = call.head();
  if (head.framing != http::BodyFraming::kLength) return false;
  return head.content_length <= call.exchange.buffered_body().size() ||
         (call.tokens && head.content_length <= BodyBlocks::kBytes);
}

/// Precondition: a body that is held has been read.
Result<net::OutboundCall> Gateway::Impl::PrepareOutbound(Call& call) {
  Result<net::OutboundCall> outbound =
      OutboundTo(call, call.resource->base.origin, call.head().method);
  if (!outbound) return outbound;
  outbound->head = std::move(call.outgoing.head);
  if (call.head().framing == http::BodyFraming::kNone) return outbound;

  if (!call.held_body) {
    call.upload = &call.caller_body.emplace(call.exchange, call.settings->proxy_body_bytes);
    outbound->source = call.upload;
    outbound->chunked = call.head().framing == http::BodyFraming::kChunked;
    return outbound;
  }
  // Only a call with tokens may need it again.
  if (call.tokens) {
    outbound->body = *call.held_body;
  } else {
    outbound->body = std::move(*call.held_body);
  }
  return outbound;
}

Task<Result<void>> Gateway::Impl::HoldBody(Call& call) {
  CallerBody source(call.exchange, call.settings->proxy_body_bytes);
  std::string& body = call.held_body.emplace(call.head().content_length, '\0');
  std::size_t filled = 0;
  while (filled < body.size()) {
    const std::span<char> room(body.data() + filled, body.size() - filled);
    Result<std::size_t> read = co_await source.Read(room);
    if (!read) co_return std::move(read.error());
    filled += *read;
  }
  co_return Result<void>();
}

}  // namespace sallyport::pipeline
