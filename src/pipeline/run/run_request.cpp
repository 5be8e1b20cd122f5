#include "pipeline/run/run_request.h"

#include <cassert>
#include <utility>

namespace sallyport::pipeline {

Result<void> RunRequest::Build(request::GivenInputs given) {
  assert(query_ != nullptr);
  Result<request::Inputs> inputs = request::ResolveInputs(query_->inputs, std::move(given));
  if (!inputs) return std::move(inputs.error());
  request::RunContext context;
  if (defaults_.user) context.user = &*defaults_.user;
  context.user_agent = defaults_.user_agent;
  context.accept_encoding = defaults_.accept_encoding;
  context.boundary = defaults_.boundary;
  Result<request::OutgoingRequest> built =
      request::BuildOutgoing(resource_, *query_, *inputs, context);
  if (!built) return std::move(built.error());
  inputs_ = std::move(*inputs);
  outgoing_ = std::move(*built);
  return {};
}

}  // namespace sallyport::pipeline
