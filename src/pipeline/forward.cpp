// Any request to a target: where it goes, how long it may take, and its sending.
#include <string>
#include <utility>

#include "pipeline/gateway_impl.h"
#include "sallyport/http/method.h"

namespace sallyport::pipeline {
namespace {

net::UpstreamTimeouts TimeoutsFor(const Settings& settings, const request::TargetTimeouts& own) {
  net::UpstreamTimeouts timeouts = settings.timeouts;
  if (own.connect_ms) timeouts.connect = Milliseconds(*own.connect_ms);
  if (own.first_byte_ms) timeouts.first_byte = Milliseconds(*own.first_byte_ms);
  return timeouts;
}

}  // namespace

TimeLimit TotalFor(const Settings& settings, const request::TargetTimeouts& own) {
  const Milliseconds total = own.total_ms ? Milliseconds(*own.total_ms) : settings.total;
  return {total, total, own.total_ms ? "the resource's timeouts.total_ms" : "timeouts.total"};
}

/// Everything but head and body. `origin` may be another than the resource's: a redirect's.
Result<net::OutboundCall> Gateway::Impl::OutboundTo(Call& call, const http::Origin& origin,
                                                    std::string_view method) {
  net::OutboundCall outbound;
  outbound.destination.origin = origin;
  if (origin.scheme == "https") {
    Result<net::TlsProfilePointer> tls = tls_profiles_.For(*call.resource, origin);
    if (!tls) return std::move(tls.error());
    outbound.destination.tls = std::move(*tls);
  }
  outbound.method = method;
  outbound.timeouts = TimeoutsFor(*call.settings, call.resource->timeouts);
  outbound.retry_on_stale = http::IsIdempotent(method);
  outbound.handle = &call.handle;
  return outbound;
}

Task<Result<std::unique_ptr<net::UpstreamAnswer>>> Gateway::Impl::Send(Call& call,
                                                                       net::OutboundCall&& outbound,
                                                                       TimeLimit limit) {
  const bool watched = NeedsTotalLimit(outbound.timeouts, limit.left);
  call.upstream_started = clock_.Steady();
  if (!watched) return upstream_->Send(std::move(outbound));
  return SendWithin(*upstream_, std::move(outbound), limit, call.upload);
}

/// Ends one attempt so that the next can begin.
Task<void> Gateway::Impl::DropAnswer(Call& call, std::string outcome) {
  EndUpstream(call, outcome);
  if (call.answer && call.upload != nullptr) co_await call.answer->Finish();
  call.answer.reset();
  call.upload = nullptr;
}

}  // namespace sallyport::pipeline
