#include "admin/origin_guard.h"

#include <map>
#include <set>

#include "admin/refusals.h"
#include "admin/resource_table.h"
#include "sallyport/http/url.h"

namespace sallyport::admin {
namespace {

using schema::OriginGuard;
using schema::Place;

std::string OriginOf(const std::string& text) {
  const Result<http::Url> url = http::ParseUrl(text);
  // What is no URL (a template in the host) is its own origin: any change counts.
  return url ? url->origin.ToString() : text;
}

std::set<std::string> OriginsOf(const Json& value) {
  std::set<std::string> origins;
  if (value.is_string()) origins.insert(OriginOf(value.get<std::string>()));
  if (value.is_array()) {
    for (const Json& item : value) {
      if (item.is_string()) origins.insert(OriginOf(item.get<std::string>()));
    }
  }
  return origins;
}

std::string NewOrigin(const Place& place, const std::set<std::string>& old,
                      const std::set<std::string>& base) {
  for (const std::string& origin : OriginsOf(*place.value)) {
    if (old.count(origin) != 0) continue;
    if (place.field->origin_guard == OriginGuard::kLenient && base.count(origin) != 0) continue;
    return origin;
  }
  return {};
}

Error Refuse(const std::vector<std::string>& changed, const std::vector<std::string>& kept) {
  std::vector<Violation> violations;
  std::string names;
  for (const std::string& pointer : kept) {
    if (!names.empty()) names += ", ";
    names += DottedField(pointer);
    violations.push_back({pointer, "secret_reentry_required", "must be entered again"});
  }
  std::string fields;
  for (const std::string& pointer : changed) {
    if (!fields.empty()) fields += " and ";
    fields += DottedField(pointer);
  }
  return Error(ErrorKind::kSecretReentryRequired, ErrorSource::kCaller,
               fields + " would send stored secrets to another origin; enter them again")
      .WithHint("send the values of " + names + " with this change instead of the mask")
      .WithViolations(std::move(violations));
}

}  // namespace

Result<void> GuardOrigins(const Json& before, const Json& after,
                          const std::vector<std::string>& kept) {
  if (kept.empty()) return {};
  std::map<std::string, std::set<std::string>> old;
  for (const Place& place : schema::Places(ResourceTable(), before)) {
    if (place.field->origin_guard != OriginGuard::kNone) {
      old[place.identity] = OriginsOf(*place.value);
    }
  }
  const std::set<std::string> base = OriginsOf(before["base_url"]);
  std::vector<std::string> changed;
  for (const Place& place : schema::Places(ResourceTable(), after)) {
    if (place.field->origin_guard == OriginGuard::kNone) continue;
    // Members of another type of auth: none of its secrets can be kept.
    const auto known = old.find(place.identity);
    if (known == old.end()) continue;
    if (!NewOrigin(place, known->second, base).empty()) changed.push_back(place.pointer);
  }
  if (changed.empty()) return {};
  return Refuse(changed, kept);
}

}  // namespace sallyport::admin
