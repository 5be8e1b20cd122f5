#include "pipeline/run/run_request.h"

#include <cassert>
#include <utility>

namespace sallyport::pipeline {

void RunRequest::SetQuery(const request::CompiledQuery& query) {
  query_ = &query;
  rules_here_ = request::RulesAt(resource_, query);
}

Result<request::OutgoingRequest> RunRequest::BuildFor(const request::Inputs& inputs) const {
  request::RunContext context;
  if (defaults_.user) context.user = &*defaults_.user;
  if (tokens_) {
    context.access_token = &tokens_->tokens.access_token;
    context.id_token = &tokens_->tokens.id_token;
  }
  context.user_agent = defaults_.user_agent;
  context.accept_encoding = defaults_.accept_encoding;
  context.boundary = defaults_.boundary;
  context.most_expanded_bytes = defaults_.most_expanded_bytes;
  return request::BuildOutgoing(resource_, *query_, inputs, context);
}

Result<void> RunRequest::Build(request::GivenInputs given) {
  assert(query_ != nullptr);
  const request::FindMissing find_missing = [this](const request::Value& params) {
    return request::MissingIn(resource_, *query_, params,
                              defaults_.user ? &*defaults_.user : nullptr);
  };
  Result<request::Inputs> inputs = request::ResolveInputs(rules(), std::move(given), find_missing);
  if (!inputs) return std::move(inputs.error());
  Result<request::OutgoingRequest> built = BuildFor(*inputs);
  if (!built) return std::move(built.error());
  inputs_ = std::move(*inputs);
  outgoing_ = std::move(*built);
  return {};
}

void RunRequest::Follow(request::OutgoingRequest next, int status, std::string_view location) {
  outgoing_ = std::move(next);
  hops_.push_back({status, std::string(location)});
}

Result<void> RunRequest::Renew(oauth::TokenSetPointer tokens, const request::RedirectRules& rules) {
  tokens_ = std::move(tokens);
  Result<request::OutgoingRequest> built = BuildFor(inputs_);
  if (!built) return std::move(built.error());
  outgoing_ = std::move(*built);
  for (const Hop& hop : hops_) {
    Result<std::optional<request::OutgoingRequest>> next = request::FollowRedirect(
        outgoing_, hop.status, hop.location, rules, resource_, inputs_.files);
    if (!next) return std::move(next.error());
    if (*next) outgoing_ = std::move(**next);
  }
  return {};
}

}  // namespace sallyport::pipeline
