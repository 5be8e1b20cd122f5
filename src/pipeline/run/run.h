// One run of a query on its way: what the stages of a run fill.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/envelope/envelope.h"
#include "pipeline/run/received_answer.h"
#include "pipeline/run/retry.h"
#include "pipeline/run/run_body.h"
#include "pipeline/run/run_form.h"
#include "pipeline/run/run_request.h"
#include "pipeline/run/time_budget.h"
#include "sallyport/base/json.h"
#include "sallyport/request/compiled_query.h"
#include "sallyport/store/snapshot.h"

namespace sallyport::pipeline {

/// Lives in its Call, because a body that it streams outlives the answer.
struct Run {
  // LoadRun
  bool is_preview = false;
  bool is_unsaved = false;
  bool is_raw = false;         ///< the target's own answer instead of the envelope
  bool by_preference = false;  ///< asked for by Prefer
  std::shared_ptr<const store::QueryEntry> entry;  ///< of a saved query
  std::optional<RunRequest> request;

  // ReadInputs
  std::shared_ptr<const request::CompiledQuery> unsaved;
  Json unsaved_document;        ///< as it may be shown
  std::optional<RunForm> form;  ///< of an upload

  // SendRun
  std::optional<RunBody> body;  ///< of an upload that is streamed
  std::optional<RetryState> retry;
  std::optional<TimeBudget> budget;
  std::vector<ShownHop> hops;
  std::optional<std::string> first_request;  ///< described, once a redirect has replaced it
  std::vector<std::string> warnings;         ///< likewise
  ReceivedAnswer answer;                     ///< for an envelope

  [[nodiscard]] const request::CompiledQuery& query() const { return *request->query(); }
  [[nodiscard]] const request::OutgoingRequest& outgoing() const { return request->outgoing(); }
};

}  // namespace sallyport::pipeline
