// Fields that resources and queries have alike.
#pragma once

#include "sallyport/schema/field_table.h"

namespace sallyport::admin {

/// The longest time that a call may be given, in milliseconds: a day.
inline constexpr std::int64_t kMaxTotalMs = 86'400'000;

[[nodiscard]] schema::Field Slug();
[[nodiscard]] schema::Field DisplayName();
[[nodiscard]] schema::Field Description();
[[nodiscard]] schema::Field StoredId();
[[nodiscard]] schema::Field StoredVersion();
[[nodiscard]] const schema::Object& RedirectsTable();

}  // namespace sallyport::admin
