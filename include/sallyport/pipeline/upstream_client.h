// What the pipeline needs of the outbound client; the seam at which tests put a target without
// sockets.
#pragma once

#include <memory>

#include "sallyport/async/task.h"
#include "sallyport/base/result.h"
#include "sallyport/net/upstream.h"

namespace sallyport::pipeline {

/// One per shard, on its thread.
class UpstreamClient {
 public:
  virtual ~UpstreamClient() = default;
  /// As net::Upstream::Send: takes the call over before it returns. Must end soon after a terminal
  /// cancellation (total time limit).
  virtual Task<Result<std::unique_ptr<net::UpstreamAnswer>>> Send(net::OutboundCall&& call) = 0;
};

/// The real one. `upstream` outlives it.
class NetUpstreamClient final : public UpstreamClient {
 public:
  explicit NetUpstreamClient(net::Upstream& upstream) : upstream_(upstream) {}
  Task<Result<std::unique_ptr<net::UpstreamAnswer>>> Send(net::OutboundCall&& call) override;

 private:
  net::Upstream& upstream_;
};

}  // namespace sallyport::pipeline
