// Judges one value of an input against the type that is declared for it.
#pragma once

#include <string>
#include <string_view>

#include "sallyport/base/result.h"
#include "sallyport/request/inputs.h"

namespace sallyport::request {

/// How a value of this type is described: "a whole number".
[[nodiscard]] std::string_view Describe(InputType type);

/// "" when `value` has the type, else what is wrong with it ("must be an integer, not a string").
/// Files are judged as strings.
[[nodiscard]] std::string TypeFlaw(InputType type, const Value& value);

/// A text of a query string (or an array of them, for a name that came again) read as the type;
/// what cannot be read stays as it is, for TypeFlaw to refuse.
[[nodiscard]] Value ReadText(InputType type, Value value);

}  // namespace sallyport::request
