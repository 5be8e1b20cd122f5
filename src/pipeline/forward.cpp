// The request to the target: built, bounded, sent.
#include <algorithm>
#include <string>
#include <utility>

#include "pipeline/gateway_impl.h"
#include "pipeline/total_limit.h"

namespace sallyport::pipeline {
namespace {

bool IsIdempotent(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "OPTIONS" || method == "PUT" ||
         method == "DELETE";
}

net::UpstreamTimeouts TimeoutsFor(const Settings& settings, const request::TargetTimeouts& own) {
  net::UpstreamTimeouts timeouts = settings.timeouts;
  if (own.connect_ms) timeouts.connect = Milliseconds(*own.connect_ms);
  if (own.first_byte_ms) timeouts.first_byte = Milliseconds(*own.first_byte_ms);
  return timeouts;
}

Milliseconds TotalFor(const Settings& settings, const request::TargetTimeouts& own) {
  return own.total_ms ? Milliseconds(*own.total_ms) : settings.total;
}

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
  net::OutboundCall outbound;
  outbound.destination.origin = call.resource->base.origin;
  if (outbound.destination.origin.scheme == "https") {
    Result<net::TlsProfilePointer> tls = tls_profiles_.For(call.resource->tls);
    if (!tls) co_return std::move(tls.error());
    outbound.destination.tls = std::move(*tls);
  }
  outbound.method = call.head().method;
  outbound.head = std::move(call.outgoing.head);
  outbound.timeouts = TimeoutsFor(*call.settings, call.resource->timeouts);
  outbound.retry_on_stale = IsIdempotent(outbound.method);
  outbound.handle = &call.handle;
  if (call.head().framing == http::BodyFraming::kNone) co_return outbound;

  call.upload.emplace(call.exchange, call.settings->proxy_body_bytes);
  if (!BodyHasArrived(call.exchange)) {
    outbound.source = &*call.upload;
    outbound.chunked = call.head().framing == http::BodyFraming::kChunked;
    co_return outbound;
  }
  outbound.body.resize(call.head().content_length);
  std::size_t filled = 0;
  while (filled < outbound.body.size()) {
    const std::span<char> room(outbound.body.data() + filled, outbound.body.size() - filled);
    Result<std::size_t> read = co_await call.upload->Read(room);
    if (!read) co_return std::move(read.error());
    filled += *read;
  }
  co_return outbound;
}

Task<Result<void>> Gateway::Impl::Forward(Call& call) {
  Result<net::OutboundCall> prepared = co_await PrepareOutbound(call);
  if (!prepared) co_return std::move(prepared.error());
  net::OutboundCall outbound = std::move(*prepared);
  const Milliseconds total = TotalFor(*call.settings, call.resource->timeouts);
  const bool watched = NeedsTotalLimit(outbound.timeouts, total);
  const CallerBody* upload = outbound.source == nullptr ? nullptr : &*call.upload;

  call.upstream_started = clock_.Steady();
  if (watched) {
    Result<std::unique_ptr<net::UpstreamAnswer>> sent =
        co_await SendWithin(*upstream_, std::move(outbound), total, upload);
    if (!sent) co_return std::move(sent.error());
    call.answer = std::move(*sent);
  } else {
    Result<std::unique_ptr<net::UpstreamAnswer>> sent =
        co_await upstream_->Send(std::move(outbound));
    if (!sent) co_return std::move(sent.error());
    call.answer = std::move(*sent);
  }
  co_return Result<void>();
}

}  // namespace sallyport::pipeline
