// The field table of a resource (contract section 4). Kinds of auth come from their registry.
#pragma once

#include "sallyport/schema/field_table.h"

namespace sallyport::admin {

[[nodiscard]] const schema::Object& ResourceTable();

}  // namespace sallyport::admin
