// JSON trees that keep the spelling of numbers (schema/spelling.h) and the caller's text.
#pragma once

#include <string_view>

#include "sallyport/base/json.h"
#include "sallyport/base/result.h"
#include "sallyport/request/value.h"

namespace sallyport::admin {

[[nodiscard]] Json SpelledJson(const request::Value& value);

/// malformed_json as ParseJson says it.
[[nodiscard]] Result<Json> ParseSpelled(std::string_view text, std::size_t max_depth);

}  // namespace sallyport::admin
