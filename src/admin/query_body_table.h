// The bodies of a query, a table for each type.
#pragma once

#include "sallyport/schema/field_table.h"

namespace sallyport::admin {

/// The member `body`.
[[nodiscard]] schema::Field QueryBodyField();

}  // namespace sallyport::admin
