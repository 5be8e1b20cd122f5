// Errors as the API words them: every one names the field, header or parameter and what would be
// right.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sallyport/base/error.h"

namespace sallyport::admin {

/// validation_failed over all violations; the message lists the first few. Precondition: not empty.
[[nodiscard]] Error Invalid(std::vector<Violation> violations);
/// The same as another kind of error.
[[nodiscard]] Error Invalid(ErrorKind kind, std::vector<Violation> violations);
[[nodiscard]] Error InvalidField(std::string pointer, std::string code, std::string message);
/// not_found: "no resource "x"".
[[nodiscard]] Error NotFound(std::string_view what, std::string_view name, std::string_view list);

}  // namespace sallyport::admin
