// Waiting for the tokens of a call no longer than the call may take.
#pragma once

#include <optional>

#include "sallyport/net/call_handle.h"
#include "sallyport/pipeline/token_source.h"

namespace sallyport::pipeline {

/// source.Obtain(need), on the caller's loop. nullopt when it is not there within `limit`, or
/// `handle` is cancelled: the request for the tokens goes on for others who wait for them.
/// `source` and `handle` outlive the call; `source` also what is under way.
Task<std::optional<Result<oauth::TokenGiven>>> ObtainWithin(TokenSource& source,
                                                            oauth::TokenNeed need,
                                                            Milliseconds limit,
                                                            net::CallHandle& handle);

}  // namespace sallyport::pipeline
