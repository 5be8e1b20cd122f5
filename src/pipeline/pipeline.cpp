// The life of a request, from its head to its access line. Start reading here.
//
//   admit -> method -> caller -> limit -> right -> (our own answer)
//                                               -> load -> authorize -> build -> send -> relay
//                                               -> run (run/run.cpp)
//
// A stage fills its part of the Call or stops it with an Error. Fail is the one place that turns an
// Error into an answer; Finish runs always, exactly once.
#include <exception>
#include <string>
#include <utility>

#include "pipeline/caller_gone.h"
#include "pipeline/cors.h"
#include "pipeline/gateway_impl.h"
#include "sallyport/http/problem.h"

namespace sallyport::pipeline {
namespace {

/// A bug in a stage answers 500; it takes neither the connection's session nor the shard down.
Error Failed(const std::exception& failure) {
  return Error(ErrorKind::kInternal, ErrorSource::kGateway, "The gateway failed.")
      .WithDetail(failure.what());
}

}  // namespace

Task<void> Gateway::Impl::Handle(net::ServerExchange& exchange) {
  Call call(exchange, settings_, snapshot_);
  Begin(call);
  Result<void> r;
  try {
    r = Judge(call);
    if (r) r = co_await Serve(call);
  } catch (const std::exception& failure) {
    r = Failed(failure);
  }
  if (call.upload != nullptr) co_await LetGoOfTarget(call);
  call.answer.reset();
  if (!r) co_await Fail(call, std::move(r.error()));
  Finish(call);
}

Task<void> Gateway::Impl::HandleBadHead(net::ServerExchange& exchange, Error error) {
  Call call(exchange, settings_, snapshot_);
  Begin(call);
  call.route.label = "(bad request)";
  exchange.CloseAfter();
  co_await Fail(call, std::move(error));
  Finish(call);
}

/// The order of judgement is the contract's: (framing,) method, caller, route, right, body. A
/// preflight needs no caller.
Result<void> Gateway::Impl::Judge(Call& call) {
  Result<void> r = Admit(call);
  if (!r) return r;
  if (IsPreflight(call.head(), call.settings->cors_origins)) {
    call.route.kind = RouteKind::kPreflight;
    return r;
  }
  r = JudgeMethod(call);
  if (r) r = AuthenticateCaller(call);
  if (r) r = LimitCaller(call);
  if (r) r = JudgeRight(call);
  return r;
}

Task<Result<void>> Gateway::Impl::Serve(Call& call) {
  switch (call.route.kind) {
    case RouteKind::kProxy:
      return PassThrough(call);
    case RouteKind::kRun:
      return call.route.method == "OPTIONS" ? AnswerLocally(call) : RunQuery(call);
    case RouteKind::kApi:
    case RouteKind::kControl:
      return CallApi(call);
    case RouteKind::kPreflight:
      return AnswerPreflight(call);
    default:
      return AnswerLocally(call);
  }
}

Task<Result<void>> Gateway::Impl::PassThrough(Call& call) {
  Result<void> r = LoadForProxy(call);
  if (r && call.resource->uses_oauth) r = FindTokens(call);
  if (r) r = JudgeArrivedBody(call);
  if (r) r = Build(call);
  if (!r) co_return r;
  const CallerGoneGuard watch(call);
  TimeLimit limit = TotalFor(*call.settings, call.resource->timeouts);
  if (call.tokens && !call.tokens->set) {
    r = co_await ObtainTokens(call, &limit);
    if (r) r = Build(call);
    if (!r) co_return r;
  }
  bool sends = true;
  while (sends) {
    if (!call.held_body && IsHeld(call)) r = co_await HoldBody(call);
    if (!r) co_return r;
    Result<net::OutboundCall> outbound = PrepareOutbound(call);
    if (!outbound) co_return std::move(outbound.error());
    Result<std::unique_ptr<net::UpstreamAnswer>> sent =
        co_await Send(call, std::move(*outbound), limit);
    if (!sent) co_return std::move(sent.error());
    call.answer = std::move(*sent);
    sends = false;
    if (AreTokensRefused(call)) {
      Result<bool> renewed = co_await RenewRefusedTokens(call, &limit);
      if (renewed && *renewed) r = Build(call);
      if (!renewed) co_return std::move(renewed.error());
      if (!r) co_return r;
      sends = *renewed;
    }
  }
  r = co_await Relay(call);
  co_return r;
}

/// Ends an upload that is still under way (an early answer, a caller who left): it reads from the
/// exchange, which ends with the call.
Task<void> Gateway::Impl::LetGoOfTarget(Call& call) {
  if (call.answer) co_await call.answer->Finish();
}

/// A started answer is cut so that it cannot look complete; otherwise the caller reads a problem.
Task<void> Gateway::Impl::Fail(Call& call, Error error) {
  if (!call.caller_gone) {
    call.code = http::CodeOf(error.kind());
    LogFailure(call, error);
  }
  if (call.upstream_started) EndUpstream(call, call.caller_gone ? "caller_gone" : call.code);
  if (call.caller_gone || call.exchange.head_sent()) {
    call.exchange.Abort();
    co_return;
  }
  Result<void> written = co_await WriteProblem(call, std::move(error));
  if (!written) call.exchange.Abort();
}

void Gateway::Impl::Begin(Call& call) {
  ++metrics_.active_requests;
  call.started = clock_.Steady();
  call.request_id = request_ids_.Choose(call.head().fields);
}

void Gateway::Impl::Finish(Call& call) noexcept {
  // 499 as in nginx: nobody was left to read an answer, and nothing of one was sent.
  if (call.status == 0) call.status = 499;
  const std::chrono::duration<double, std::milli> took = clock_.Steady() - call.started;
  --metrics_.active_requests;
  metrics_.CountServer(call.head().method, call.route.label, call.status, took.count() / 1000);
  if (!call.code.empty()) ++metrics_.errors[std::string(call.code)];
  WriteAccessLine(call, took.count());
}

}  // namespace sallyport::pipeline
