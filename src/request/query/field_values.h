// Fields of forms: one row becomes none, one or, for arrays, several fields.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "request/query/query_body.h"

namespace sallyport::request {

/// Takes one field: its name as written, its value encoded for the position.
using FieldUse = std::function<Result<void>(std::string_view name, std::string_view value)>;

/// Nothing for a row that is left out or an empty array; an array by the sources' style
/// (kBrackets: "name[]"). Where the scope is masked, a secret row is one masked field.
[[nodiscard]] Result<void> ForEachField(const TemplateRow& row, const BodySources& sources,
                                        Position position, const FieldUse& use);

/// The resource's fields that no name of `names` takes away, in order.
[[nodiscard]] std::vector<const TemplateRow*> FieldsBeside(const std::vector<std::string>& names,
                                                           const BodySources& sources);

}  // namespace sallyport::request
