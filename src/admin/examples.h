// Examples of request bodies in the OpenAPI document. A test sends every one of them.
#pragma once

#include <string_view>

#include "sallyport/base/json.h"

namespace sallyport::admin {

/// null when the operation has none.
[[nodiscard]] Json ExampleInput(std::string_view operation_id);

}  // namespace sallyport::admin
