// The life of a run, from its route to its answer:
//
//   load -> inputs and request -> (preview)
//                              -> send (attempts, redirects) -> envelope or the target's own answer
#include <utility>

#include "pipeline/caller_gone.h"
#include "pipeline/gateway_impl.h"
#include "pipeline/run/run.h"

namespace sallyport::pipeline {

Task<Result<void>> Gateway::Impl::RunQuery(Call& call) {
  Result<void> r = LoadRun(call);
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
