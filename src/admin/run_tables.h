// What runs and previews take and answer, for the OpenAPI document: the pipeline reads and writes
// these bodies.
#pragma once

#include <vector>

#include "sallyport/schema/field_table.h"

namespace sallyport::admin {

/// RunInput, UnsavedRun, Envelope, Preview and their parts.
[[nodiscard]] const std::vector<const schema::Object*>& RunTables();

}  // namespace sallyport::admin
