// The request of a run, made from what is known of its inputs. It is made again when more files of
// an upload become known: what was sent of it by then stays the same.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sallyport/oauth/service.h"
#include "sallyport/request/outgoing.h"

namespace sallyport::pipeline {

class RunRequest {
 public:
  struct Defaults {
    std::optional<request::Value> user;  ///< request::UserValue; empty: no end user
    std::string user_agent;
    std::string accept_encoding;
    std::string boundary;  ///< "" = each build makes its own
    std::uint64_t most_expanded_bytes = 0;
  };
  /// `resource` outlives it.
  RunRequest(const request::CompiledResource& resource, Defaults defaults)
      : resource_(resource), defaults_(std::move(defaults)) {}

  /// `query` outlives this object. Null until it is set.
  void SetQuery(const request::CompiledQuery& query);
  [[nodiscard]] const request::CompiledQuery* query() const { return query_; }
  /// What the query takes at this resource. Precondition: there is a query.
  [[nodiscard]] const request::InputRules& rules() const {
    return rules_here_ ? *rules_here_ : query_->inputs;
  }
  [[nodiscard]] const request::CompiledResource& resource() const { return resource_; }

  /// Whose magic strings and Authorization are sent. Before Build, where the resource uses OAuth.
  void SetTokens(oauth::TokenSetPointer tokens) { tokens_ = std::move(tokens); }

  /// Every build has this boundary from now on.
  void KeepBoundary(std::string boundary) { defaults_.boundary = std::move(boundary); }
  /// Judges the inputs and builds. Precondition: there is a query. Errors: ResolveInputs',
  /// BuildOutgoing's.
  [[nodiscard]] Result<void> Build(request::GivenInputs given);
  /// Goes on to the `next` request of a chain of redirects, to which an answer with this status and
  /// Location led.
  void Follow(request::OutgoingRequest next, int status, std::string_view location);
  /// The same request, of the same hop, with other tokens. `rules` are those of the hops. Errors:
  /// BuildOutgoing's.
  [[nodiscard]] Result<void> Renew(oauth::TokenSetPointer tokens,
                                   const request::RedirectRules& rules);

  /// Valid after Build.
  [[nodiscard]] const request::Inputs& inputs() const { return inputs_; }
  [[nodiscard]] const request::OutgoingRequest& outgoing() const { return outgoing_; }

 private:
  const request::CompiledResource& resource_;
  Defaults defaults_;
  const request::CompiledQuery* query_ = nullptr;
  std::optional<request::InputRules> rules_here_;  ///< where they are not the query's own
  struct Hop {
    int status = 0;
    std::string location;
  };

  [[nodiscard]] Result<request::OutgoingRequest> BuildFor(const request::Inputs& inputs) const;

  oauth::TokenSetPointer tokens_;
  request::Inputs inputs_;
  request::OutgoingRequest outgoing_;
  std::vector<Hop> hops_;
};

}  // namespace sallyport::pipeline
