#include "admin/origin_guard.h"

#include <map>
#include <set>

#include "admin/refusals.h"
#include "admin/resource_table.h"
#include "sallyport/http/url.h"
#include "sallyport/request/compiled_resource.h"

namespace sallyport::admin {
namespace {

using schema::OriginGuard;
using schema::Place;

/// The origins that the URLs of one document name, its variables put in.
class OriginReader {
 public:
  explicit OriginReader(const Json& document) : variables_(document["variables"]) {}

  [[nodiscard]] std::set<std::string> Read(const Json& value) const {
    std::set<std::string> origins;
    if (value.is_string()) origins.insert(OriginOf(value));
    if (value.is_array()) {
      for (const Json& item : value) {
        if (item.is_string()) origins.insert(OriginOf(item));
      }
    }
    return origins;
  }

 private:
  [[nodiscard]] std::string OriginOf(const Json& text) const {
    const Json document = {{"base_url", text}, {"variables", variables_}};
    const Result<http::Url> url = request::BaseUrlOf(document);
    // What is no URL is its own origin: any change counts.
    return url ? url->origin.ToString() : text.get<std::string>();
  }

  const Json& variables_;
};

std::string NewOrigin(const Place& place, const std::set<std::string>& now,
                      const std::set<std::string>& old, const std::set<std::string>& base) {
  for (const std::string& origin : now) {
    if (old.count(origin) != 0) continue;
    if (place.field->origin_guard == OriginGuard::kLenient && base.count(origin) != 0) continue;
    return origin;
  }
  return {};
}

/// Where the client's secret goes already: adding a revocation_url beside the token_url, or the
/// issuer of both, tells nobody anything new.
std::set<std::string> KnowTheClient(const Json& before, const OriginReader& reader) {
  std::set<std::string> origins;
  const Json& auth = before["auth"];
  if (!auth.is_object()) return origins;
  for (const char* name : {"token_url", "revocation_url", "issuer"}) {
    const auto value = auth.find(name);
    if (value != auth.end()) origins.merge(reader.Read(*value));
  }
  return origins;
}

bool IsOfProvider(const Place& place) { return place.pointer.starts_with("/auth/"); }

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
  const OriginReader origins_before(before);
  const OriginReader origins_after(after);
  std::map<std::string, std::set<std::string>> old;
  for (const Place& place : schema::Places(ResourceTable(), before)) {
    if (place.field->origin_guard != OriginGuard::kNone) {
      old[place.identity] = origins_before.Read(*place.value);
    }
  }
  const std::set<std::string> base = origins_before.Read(before["base_url"]);
  const std::set<std::string> provider = KnowTheClient(before, origins_before);
  std::vector<std::string> changed;
  for (const Place& place : schema::Places(ResourceTable(), after)) {
    if (place.field->origin_guard == OriginGuard::kNone) continue;
    // Members of another type of auth: none of its secrets can be kept.
    const auto known = old.find(place.identity);
    if (known == old.end()) continue;
    if (IsOfProvider(place)) known->second.insert(provider.begin(), provider.end());
    const std::set<std::string> now = origins_after.Read(*place.value);
    if (!NewOrigin(place, now, known->second, base).empty()) changed.push_back(place.pointer);
  }
  if (changed.empty()) return {};
  return Refuse(changed, kept);
}

}  // namespace sallyport::admin
