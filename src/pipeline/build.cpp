// The request of a pass-through call.
#include <optional>
#include <string>
#include <utility>

#include "pipeline/gateway_impl.h"
#include "sallyport/request/outgoing.h"

namespace sallyport::pipeline {
namespace {

/// Has the whole body come with the head? Then it travels with the outgoing head in one write, and
/// the request can be sent again.
bool BodyHasArrived(const net::ServerExchange& exchange) {
  const http::RequestHead& head = exchange.head();
  return head.framing == http::BodyFraming::kLength &&
         head.content_length <= exchange.buffered_body().size();
}

/// The parts of a resource whose rows or base_url wait for the end user.
Result<request::StaticParts> PartsFor(const Call& call) {
  std::optional<request::Value> user;
  if (call.caller.user) user = request::UserValue(*call.caller.user, call.caller.user_attributes);
  const request::Value no_params = request::Value::Object({});
  request::Scope scope;
  scope.params = &no_params;
  scope.user = user ? &*user : nullptr;
  scope.vars = &call.resource->variables;
  return request::ExpandParts(*call.resource, scope);
}

}  // namespace

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
  if (!call.resource->is_static) {
    Result<request::StaticParts> parts = PartsFor(call);
    if (!parts) return parts.error();
    call.own_parts = std::move(*parts);
  }
  Result<request::ProxyRequest> built = request::BuildProxyRequest(
      *call.resource, call.parts(), head, call.route.rest, proxy_options_);
  if (!built) return built.error();
  call.outgoing = std::move(*built);
  return {};
}

Task<Result<net::OutboundCall>> Gateway::Impl::PrepareOutbound(Call& call) {
  Result<net::OutboundCall> prepared =
      OutboundTo(call, call.resource->base.origin, call.head().method);
  if (!prepared) co_return prepared;
  net::OutboundCall& outbound = *prepared;
  outbound.head = std::move(call.outgoing.head);
  if (call.head().framing == http::BodyFraming::kNone) co_return prepared;

  CallerBody& body = call.caller_body.emplace(call.exchange, call.settings->proxy_body_bytes);
  if (!BodyHasArrived(call.exchange)) {
    call.upload = &body;
    outbound.source = &body;
    outbound.chunked = call.head().framing == http::BodyFraming::kChunked;
    co_return prepared;
  }
  outbound.body.resize(call.head().content_length);
  std::size_t filled = 0;
  while (filled < outbound.body.size()) {
    const std::span<char> room(outbound.body.data() + filled, outbound.body.size() - filled);
    Result<std::size_t> read = co_await body.Read(room);
    if (!read) co_return std::move(read.error());
    filled += *read;
  }
  co_return prepared;
}

}  // namespace sallyport::pipeline
