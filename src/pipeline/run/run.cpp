// The life of a run, from its route to its answer:
//
//   load -> authorize -> inputs and request -> (preview)
//                                           -> send (attempts, redirects) -> envelope or the
//                                           target's own answer
#include <utility>

#include "pipeline/caller_gone.h"
#include "pipeline/gateway_impl.h"
#include "pipeline/run/run.h"

namespace sallyport::pipeline {

namespace {

/// A preview shows no token and needs none: what stands here is masked.
oauth::TokenSetPointer StandIn() {
  static const auto tokens = [] {
    store::TokenSet set;
    set.tokens.access_token = Secret(std::string(store::kMask));
    set.tokens.id_token = Secret(std::string(store::kMask));
    return std::make_shared<const store::TokenSet>(std::move(set));
  }();
  return tokens;
}

}  // namespace

Task<Result<void>> Gateway::Impl::AuthorizeRun(Call& call) {
  if (call.run->is_preview) {
    call.run->request->SetTokens(StandIn());
    co_return Result<void>();
  }
  Result<void> authorized = FindTokens(call);
  if (authorized && !call.tokens->set) authorized = co_await ObtainTokens(call);
  if (authorized) call.run->request->SetTokens(call.tokens->set);
  co_return authorized;
}

Task<Result<void>> Gateway::Impl::RunQuery(Call& call) {
  Result<void> r = LoadRun(call);
  if (r && call.resource->uses_oauth) r = co_await AuthorizeRun(call);
  if (r) r = co_await ReadInputs(call);
  if (!r) co_return r;
  if (call.run->is_preview) {
    r = co_await AnswerPreview(call);
    co_return r;
  }
  const CallerGoneGuard watch(call);
  r = co_await SendRun(call);
  if (!r) co_return r;
  if (call.run->is_raw) {
    r = co_await Relay(call);
  } else {
    r = co_await AnswerEnvelope(call);
  }
  co_return r;
}

}  // namespace sallyport::pipeline
