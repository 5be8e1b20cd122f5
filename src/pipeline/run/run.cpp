// The life of a run, from its route to its answer:
//
//   load -> inputs and request -> (preview)
//                              -> authorize -> send (attempts, redirects) -> envelope or the
//                                              target's own answer
#include <utility>

#include "pipeline/caller_gone.h"
#include "pipeline/gateway_impl.h"
#include "pipeline/run/run.h"
#include "pipeline/run/run_settings.h"
#include "pipeline/stand_in_tokens.h"

namespace sallyport::pipeline {

/// Those at hand; else a stand-in, so that the request can be judged before tokens are asked for. A
/// preview needs none.
Result<void> Gateway::Impl::FindTokensOfRun(Call& call) {
  Result<void> found;
  if (!call.run->is_preview) found = FindTokens(call);
  if (!found) return found;
  call.run->request->SetTokens(SetOrStandIn(call.tokens));
  return {};
}

/// Precondition: the request is built.
Task<Result<void>> Gateway::Impl::AuthorizeRun(Call& call) {
  if (!call.tokens || call.tokens->set) co_return Result<void>();
  TimeLimit limit = call.run->budget->LimitFrom(clock_.Steady());
  Result<void> authorized = co_await ObtainTokens(call, &limit);
  if (authorized) authorized = call.run->request->Renew(call.tokens->set, RulesOf(call));
  co_return authorized;
}

Task<Result<void>> Gateway::Impl::RunQuery(Call& call) {
  Result<void> r = LoadRun(call);
  if (r && call.resource->uses_oauth) r = FindTokensOfRun(call);
  if (r) r = co_await ReadInputs(call);
  if (!r) co_return r;
  if (call.run->is_preview) {
    r = co_await AnswerPreview(call);
    co_return r;
  }
  const CallerGoneGuard watch(call);
  call.run->budget.emplace(BudgetOf(call, clock_.Steady()));
  r = co_await AuthorizeRun(call);
  if (r) r = co_await SendRun(call);
  if (!r) co_return r;
  if (call.run->is_raw) {
    r = co_await Relay(call);
  } else {
    r = co_await AnswerEnvelope(call);
  }
  co_return r;
}

}  // namespace sallyport::pipeline
