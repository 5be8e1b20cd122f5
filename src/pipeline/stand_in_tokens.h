// Tokens for a request that is built to be shown or judged, and not sent.
#pragma once

#include <optional>

#include "pipeline/call_tokens.h"

namespace sallyport::pipeline {

/// The set of `tokens`; masks stand where there is none.
[[nodiscard]] oauth::TokenSetPointer SetOrStandIn(const std::optional<CallTokens>& tokens);

}  // namespace sallyport::pipeline
