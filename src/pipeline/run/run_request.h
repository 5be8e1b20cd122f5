// The request of a run, made from what is known of its inputs. It is made again when more files of
// an upload become known: what was sent of it by then stays the same.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "sallyport/request/outgoing.h"

namespace sallyport::pipeline {

class RunRequest {
 public:
  struct Defaults {
    std::optional<request::Value> user;  ///< request::UserValue; empty: no end user
    std::string user_agent;
    std::string accept_encoding;
    std::string boundary;  ///< "" = each build makes its own
  };
  /// `resource` outlives it.
  RunRequest(const request::CompiledResource& resource, Defaults defaults)
      : resource_(resource), defaults_(std::move(defaults)) {}

  /// `query` outlives this object. Null until it is set.
  void SetQuery(const request::CompiledQuery& query) { query_ = &query; }
  [[nodiscard]] const request::CompiledQuery* query() const { return query_; }
  [[nodiscard]] const request::CompiledResource& resource() const { return resource_; }

  /// Every build has this boundary from now on.
  void KeepBoundary(std::string boundary) { defaults_.boundary = std::move(boundary); }
  /// Judges the inputs and builds. Precondition: there is a query. Errors: ResolveInputs',
  /// BuildOutgoing's.
  [[nodiscard]] Result<void> Build(request::GivenInputs given);
  /// The next request of a chain of redirects.
  void Replace(request::OutgoingRequest next) { outgoing_ = std::move(next); }

  /// Valid after Build.
  [[nodiscard]] const request::Inputs& inputs() const { return inputs_; }
  [[nodiscard]] const request::OutgoingRequest& outgoing() const { return outgoing_; }

 private:
  const request::CompiledResource& resource_;
  Defaults defaults_;
  const request::CompiledQuery* query_ = nullptr;
  request::Inputs inputs_;
  request::OutgoingRequest outgoing_;
};

}  // namespace sallyport::pipeline
