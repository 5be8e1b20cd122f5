// What a query says about its runs; where it says nothing, what its resource does.
#pragma once

#include "pipeline/call.h"
#include "pipeline/run/time_budget.h"

namespace sallyport::pipeline {

[[nodiscard]] const request::RedirectRules& RulesOf(const Call& call);
/// From `now` on.
[[nodiscard]] TimeBudget BudgetOf(const Call& call, SteadyTime now);

}  // namespace sallyport::pipeline
