#include "admin/audit.h"

namespace sallyport::admin {
namespace {

void Compare(const Json& before, const Json& after, Json& only_before, Json& only_after) {
  for (const auto& [name, value] : before.items()) {
    const auto other = after.find(name);
    if (other == after.end()) {
      only_before[name] = value;
    } else if (value.is_object() && other->is_object()) {
      Json inner_before = Json::object();
      Json inner_after = Json::object();
      Compare(value, *other, inner_before, inner_after);
      if (!inner_before.empty()) only_before[name] = std::move(inner_before);
      if (!inner_after.empty()) only_after[name] = std::move(inner_after);
    } else if (value != *other) {
      only_before[name] = value;
      only_after[name] = *other;
    }
  }
  for (const auto& [name, value] : after.items()) {
    if (!before.contains(name)) only_after[name] = value;
  }
}

}  // namespace

Json Difference(const Json& before, const Json& after) {
  Json change = Json::object();
  if (before.is_object() && after.is_object()) {
    Json only_before = Json::object();
    Json only_after = Json::object();
    Compare(before, after, only_before, only_after);
    change["before"] = std::move(only_before);
    change["after"] = std::move(only_after);
    return change;
  }
  if (before.is_object()) change["before"] = before;
  if (after.is_object()) change["after"] = after;
  return change;
}

store::AuditEntry MakeAudit(const Call& call, std::string_view action, std::string_view object,
                            Json change) {
  store::AuditEntry entry;
  entry.at = call.clock->Now();
  entry.actor_kind = store::ToString(call.caller.kind);
  entry.actor_id = call.caller.id;
  entry.actor_name = call.caller.name;
  entry.user = call.caller.user.value_or("");
  entry.peer = call.request.peer;
  entry.request_id = call.request.request_id;
  entry.action = action;
  entry.object = object;
  entry.change = std::move(change);
  return entry;
}

}  // namespace sallyport::admin
