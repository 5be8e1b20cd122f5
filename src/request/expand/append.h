// What the expansions of text, of rows and of JSON share.
#pragma once

#include <string>
#include <string_view>

#include "request/expand/positions.h"
#include "sallyport/base/error.h"
#include "sallyport/request/expand.h"
#include "sallyport/store/model.h"

namespace sallyport::request {

/// What is shown instead of a secret.
inline constexpr std::string_view kMaskedText = store::kMask;

/// missing_parameter, or unknown_placeholder for a variable, naming the placeholder.
[[nodiscard]] Error Missing(const Placeholder& placeholder);

/// Where in the body of a run a value belongs: "user.name" of a param is "/params/user/name", the
/// end user's id "/user/id".
[[nodiscard]] std::string PointerOf(const Placeholder& placeholder);

[[nodiscard]] bool IsToken(const Placeholder& placeholder);

/// The token it stands for; null when it is none, or there is none.
[[nodiscard]] const Secret* TokenOf(const Placeholder& placeholder, const Scope& scope);

[[nodiscard]] bool IsStructure(const Value& value);

/// A value as text: scalars without quotes, null as nothing, structures as JSON or joined by
/// commas.
[[nodiscard]] std::string TextOf(const Value& value, ArrayStyle arrays);

/// Appends a text that stands for `placeholder`. Errors: unsafe_value.
[[nodiscard]] Result<void> AppendText(const Placeholder& placeholder, std::string_view text,
                                      const PositionRules& rules, std::string& out);

/// Appends the value of one placeholder, masked where the scope says so.
[[nodiscard]] Result<void> AppendPlaceholder(const Placeholder& placeholder, const Scope& scope,
                                             const PositionRules& rules, ArrayStyle arrays,
                                             std::string& out);

}  // namespace sallyport::request
