// Rows of a merge patch that say nothing about their value.
#pragma once

#include <vector>

#include "sallyport/schema/field_table.h"

namespace sallyport::schema {

/// The rows of a document, which may not be normalized yet, that have a name but no value. `value`
/// of each place is null; `secret` is judged by what the row says and by its name.
[[nodiscard]] std::vector<Place> RowsWithoutValue(const Object& table, const Json& document);

}  // namespace sallyport::schema
