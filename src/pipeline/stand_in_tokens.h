// Tokens for a request that is built to be shown or judged, and not sent.
#pragma once

#include "sallyport/oauth/service.h"

namespace sallyport::pipeline {

/// Masks stand where tokens would.
[[nodiscard]] oauth::TokenSetPointer StandInTokens();

}  // namespace sallyport::pipeline
