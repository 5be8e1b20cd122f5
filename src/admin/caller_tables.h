// The field tables of sessions and API keys, and what reads show of them.
#pragma once

#include "sallyport/base/json.h"
#include "sallyport/schema/field_table.h"
#include "sallyport/store/model.h"

namespace sallyport::admin {

[[nodiscard]] const schema::Object& SessionTable();
[[nodiscard]] const schema::Object& ApiKeyTable();

[[nodiscard]] Json SessionView(const store::Session& session);
[[nodiscard]] Json ApiKeyView(const store::ApiKey& key);
/// "admin" or "runner".
[[nodiscard]] std::string RoleName(store::Role role);
/// A time, or null for never.
[[nodiscard]] Json TimeView(const std::optional<SystemTime>& time);

}  // namespace sallyport::admin
