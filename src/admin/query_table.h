// The field table of a query (contract section 5).
#pragma once

#include "sallyport/schema/field_table.h"

namespace sallyport::admin {

[[nodiscard]] const schema::Object& QueryTable();
/// The same without the need for a slug: of a query that is run without being saved.
[[nodiscard]] const schema::Object& UnsavedQueryTable();

}  // namespace sallyport::admin
