// Fields of sign-in calls and answers.
#pragma once

#include "sallyport/schema/field_table.h"

namespace sallyport::admin {

[[nodiscard]] const schema::Object& LoginTable();           ///< the body of POST login
[[nodiscard]] const schema::Object& LoginLinkTable();       ///< its answer
[[nodiscard]] const schema::Object& LoginStateTable();      ///< the answer of GET login
[[nodiscard]] const schema::Object& ConnectionTable();      ///< GET connection
[[nodiscard]] const schema::Object& ConnectionItemTable();  ///< of the list of connections

}  // namespace sallyport::admin
