// Sends the request of a run: attempts, redirects, and their end.
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>

#include "pipeline/gateway_impl.h"
#include "pipeline/run/run.h"
#include "pipeline/run/run_settings.h"
#include "pipeline/run/wait.h"
#include "sallyport/crypto/digest.h"
#include "sallyport/http/method.h"
#include "sallyport/http/problem.h"

namespace sallyport::pipeline {
namespace {

Error TooManyRedirects(int max) {
  return Error(ErrorKind::kTooManyRedirects, ErrorSource::kTarget,
               "The target redirects more often than the " + std::to_string(max) +
                   " times that redirects.max allows.");
}

/// Is all of the body still there?
bool CanResend(const Run& run) {
  return !run.outgoing().body.present || !run.body || !run.body->touched();
}

/// For the metrics: a status or the code of an error.
std::string OutcomeOf(const Call& call, const Result<void>& r) {
  if (!r) return std::string(http::CodeOf(r.error().kind()));
  return std::to_string(call.answer->head().status);
}

/// In [0, 1).
double Draw() {
  const std::string bytes = crypto::RandomBytes(sizeof(std::uint32_t));
  std::uint32_t number = 0;
  std::memcpy(&number, bytes.data(), sizeof number);
  return number / 4294967296.0;
}

}  // namespace

/// Afterwards there is an answer that is final; for an envelope it has been read. Precondition: the
/// budget runs.
Task<Result<void>> Gateway::Impl::SendRun(Call& call) {
  Run& run = *call.run;
  run.retry.emplace(run.query().retries);
  while (true) {
    Result<void> r = co_await SendOnce(call);
    if (r) {
      Result<bool> changed = co_await ChangeRequest(call);
      if (!changed) co_return std::move(changed.error());
      if (*changed) continue;
    }
    std::optional<Milliseconds> wait = WaitBeforeRetry(call, r);
    if (!wait && r && !run.is_raw) {
      r = co_await ReadEnvelopeBody(call);
      if (!r) wait = WaitBeforeRetry(call, r);
    }
    if (!wait) co_return r;
    std::string outcome = OutcomeOf(call, r);
    co_await DropAnswer(call, std::move(outcome));
    co_await PauseFor(*wait, call.handle);
  }
}

Result<net::OutboundCall> Gateway::Impl::PrepareAttempt(Call& call) {
  Run& run = *call.run;
  const request::OutgoingRequest& request = run.outgoing();
  const std::vector<request::FileValue>& files = run.request->inputs().files;
  Result<net::OutboundCall> prepared = OutboundTo(call, request.url.origin, request.method);
  if (!prepared) return prepared;
  Result<std::string> head = request::WriteHead(request, files);
  if (!head) return std::move(head.error());
  prepared->head = std::move(*head);
  if (!request.body.present) return prepared;
  if (!run.form || !run.form->streams()) {
    prepared->body = JoinPieces(*run.request);
    return prepared;
  }
  if (!run.body) run.body.emplace(*run.request, *run.form);
  call.upload = &*run.body;
  prepared->source = &*run.body;
  prepared->chunked = !request.body.Length(files).has_value();
  return prepared;
}

Task<Result<void>> Gateway::Impl::SendOnce(Call& call) {
  Run& run = *call.run;
  const TimeLimit limit = run.budget->LimitFrom(clock_.Steady());
  if (limit.left == Milliseconds(0)) co_return TimeIsUp(limit);
  Result<net::OutboundCall> outbound = PrepareAttempt(call);
  if (!outbound) co_return std::move(outbound.error());
  Result<std::unique_ptr<net::UpstreamAnswer>> sent =
      co_await Send(call, std::move(*outbound), limit);
  const bool uploaded = call.upload != nullptr && call.upload->bytes() > 0;
  if (uploaded) run.budget->StartOver(clock_.Steady());
  if (!sent) co_return std::move(sent.error());
  call.answer = std::move(*sent);
  co_return Result<void>();
}

/// True: the answer is not the last one, and the request is now another: with other tokens, or the
/// one that a redirect led to.
Task<Result<bool>> Gateway::Impl::ChangeRequest(Call& call) {
  if (AreTokensRefused(call)) {
    TimeLimit limit = call.run->budget->LimitFrom(clock_.Steady());
    Result<bool> renewed = co_await RenewRefusedTokens(call, &limit);
    if (!renewed) co_return renewed;
    if (*renewed) {
      Result<void> rebuilt = call.run->request->Renew(call.tokens->set, RulesOf(call));
      if (!rebuilt) co_return std::move(rebuilt.error());
      co_return true;
    }
  }
  Result<bool> followed = co_await FollowHop(call);
  co_return followed;
}

/// True: the answer was a redirect, and the request is now the one it led to.
Task<Result<bool>> Gateway::Impl::FollowHop(Call& call) {
  Run& run = *call.run;
  const http::ResponseHead& head = call.answer->head();
  const int status = head.status;
  if (status < 300 || status > 399) co_return false;
  const std::string location(head.fields.Find("Location").value_or(""));
  const request::RedirectRules& rules = RulesOf(call);
  Result<std::optional<request::OutgoingRequest>> next = request::FollowRedirect(
      run.outgoing(), status, location, rules, *call.resource, run.request->inputs().files);
  if (!next) co_return std::move(next.error());
  if (!*next) co_return false;
  if (run.hops.size() >= static_cast<std::size_t>(rules.max)) co_return TooManyRedirects(rules.max);
  ShownHop hop{status, (*next)->shown_url};
  run.hops.push_back(std::move(hop));
  std::string outcome = std::to_string(status);
  co_await DropAnswer(call, std::move(outcome));
  if (!run.first_request) {
    run.first_request = request::DescribeRequest(run.outgoing());
    run.warnings = run.outgoing().warnings;
  }
  run.request->Follow(std::move(**next), status, location);
  co_return true;
}

/// nullopt: what came is final.
std::optional<Milliseconds> Gateway::Impl::WaitBeforeRetry(Call& call, const Result<void>& r) {
  Run& run = *call.run;
  if (run.query().retries == 0 || call.handle.cancelled()) return std::nullopt;
  RetryChance chance;
  chance.idempotent = http::IsIdempotent(run.outgoing().method);
  chance.can_resend = CanResend(run);
  chance.left = run.budget->Left(clock_.Steady());
  chance.random = Draw();
  if (!r) return run.retry->AfterError(r.error().kind(), chance);
  const http::ResponseHead& head = call.answer->head();
  std::optional<Milliseconds> asked;
  if (const auto value = head.fields.Find("Retry-After")) {
    asked = ParseRetryAfter(*value, clock_.Now());
  }
  return run.retry->AfterAnswer(head.status, asked, chance);
}

}  // namespace sallyport::pipeline
