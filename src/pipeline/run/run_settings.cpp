#include "pipeline/run/run_settings.h"

#include "pipeline/gateway_impl.h"
#include "pipeline/run/run.h"

namespace sallyport::pipeline {

const request::RedirectRules& RulesOf(const Call& call) {
  const auto& own = call.run->query().redirects;
  return own ? *own : call.resource->redirects;
}

TimeBudget BudgetOf(const Call& call, SteadyTime now) {
  const auto& own = call.run->query().timeout;
  if (own) return {now, *own, "timeout_ms"};
  const TimeLimit limit = TotalFor(*call.settings, call.resource->timeouts);
  return {now, limit.total, limit.setting};
}

}  // namespace sallyport::pipeline
