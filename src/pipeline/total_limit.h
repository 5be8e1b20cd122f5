// The time limit around an upstream call, from its start to the head of the answer.
#pragma once

#include <memory>
#include <string_view>

#include "pipeline/caller_body.h"
#include "sallyport/pipeline/upstream_client.h"

namespace sallyport::pipeline {

struct TimeLimit {
  Milliseconds left{0};      ///< what remains of `total`
  Milliseconds total{0};     ///< for messages, and what an upload in motion starts over with
  std::string_view setting;  ///< where it comes from: "timeouts.total", "timeout_ms"; static text
};

/// upstream_timeout, naming the limit.
[[nodiscard]] Error TimeIsUp(const TimeLimit& limit);

/// Can the limits of the phases add up to more than `left`? Only then must somebody watch it.
[[nodiscard]] bool NeedsTotalLimit(const net::UpstreamTimeouts& timeouts, Milliseconds left);

/// client.Send(call), ended with upstream_timeout when no time is left. An upload in motion is not
/// cut: the time starts over as long as `upload` (may be null) gave out bytes since it was started.
/// `client` and `upload` outlive the call.
Task<Result<std::unique_ptr<net::UpstreamAnswer>>> SendWithin(UpstreamClient& client,
                                                              net::OutboundCall call,
                                                              TimeLimit limit,
                                                              const Upload* upload);

}  // namespace sallyport::pipeline
