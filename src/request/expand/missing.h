// The error of a placeholder that has no value.
#pragma once

#include "sallyport/base/error.h"
#include "sallyport/request/template.h"

namespace sallyport::request {

/// missing_parameter, naming the placeholder.
[[nodiscard]] Error Missing(const Placeholder& placeholder);

}  // namespace sallyport::request
