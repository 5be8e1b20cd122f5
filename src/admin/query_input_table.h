// The field table of an input that a query declares.
#pragma once

#include "sallyport/schema/field_table.h"

namespace sallyport::admin {

/// `required` is null where it was left out; FillRequired() decides.
[[nodiscard]] const schema::Object& QueryInputTable();

/// An input is required unless it says otherwise or has a default. `query` is normalized.
void FillRequired(Json& query);

}  // namespace sallyport::admin
