// A row whose expanded name or value must not go out.
#pragma once

#include <string_view>

#include "sallyport/base/error.h"

namespace sallyport::request {

enum class RowOf { kResource, kQuery };

/// unsafe_value. `what`: "header" or "cookie". Quotes the name, never the value. A query's row is
/// the caller's affair, a resource's the gateway's.
[[nodiscard]] Error CannotBeSent(RowOf owner, std::string_view what, std::string_view name,
                                 std::string_view why);

}  // namespace sallyport::request
