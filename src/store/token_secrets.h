// The tokens of a set as the one text that is sealed.
#pragma once

#include "sallyport/base/result.h"
#include "sallyport/store/token_set.h"

namespace sallyport::store {

/// Keeps any byte: a token from a form may be no UTF-8.
[[nodiscard]] Secret TokensToText(const Tokens& tokens);
[[nodiscard]] Result<Tokens> TokensFromText(const Secret& text);

}  // namespace sallyport::store
