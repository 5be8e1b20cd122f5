// timeouts.total around an upstream call, from its start to the head of the answer.
#pragma once

#include <memory>

#include "pipeline/caller_body.h"
#include "sallyport/pipeline/upstream_client.h"

namespace sallyport::pipeline {

/// Can the limits of the phases add up to more than `total`? Only then must somebody watch it.
[[nodiscard]] bool NeedsTotalLimit(const net::UpstreamTimeouts& timeouts, Milliseconds total);

/// client.Send(call), ended after `total` with upstream_timeout. An upload in motion is not cut:
/// the time starts over as long as `upload` (may be null) gave out bytes since it was started.
/// `client` and `upload` outlive the call.
Task<Result<std::unique_ptr<net::UpstreamAnswer>>> SendWithin(UpstreamClient& client,
                                                              net::OutboundCall call,
                                                              Milliseconds total,
                                                              const CallerBody* upload);

}  // namespace sallyport::pipeline
