#include "admin/origin_guard.h"

#include <algorithm>
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

/// Null when it is not there.
const Json& MemberOf(const Json& document, const char* name) {
  static const Json kNull;
  const auto found = document.find(name);
  return found == document.end() ? kNull : *found;
}

/// The origins that the URLs of one document name, its variables put in.
class OriginReader {
 public:
  explicit OriginReader(const Json& document) : variables_(MemberOf(document, "variables")) {}

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

/// Where the client's secret goes already.
std::set<std::string> KnowTheClient(const Json& before, const OriginReader& reader) {
  std::set<std::string> origins;
  const Json& auth = MemberOf(before, "auth");
  if (!auth.is_object()) return origins;
  for (const char* name : {"token_url", "revocation_url", "issuer"}) {
    const auto value = auth.find(name);
    if (value != auth.end()) origins.merge(reader.Read(*value));
  }
  return origins;
}

bool IsOfProvider(const Place& place) { return place.pointer.starts_with("/auth/"); }

/// The origins that `place` may name. A field that named none before (a revocation_url is added
/// beside the token_url) may name one that has the secrets already: that tells nobody anything new.
std::set<std::string> OldOrigins(const Place& place, std::set<std::string> named,
                                 const std::set<std::string>& base,
                                 const std::set<std::string>& provider) {
  if (!named.empty() && !place.value->is_array()) return named;
  if (IsOfProvider(place)) named.insert(provider.begin(), provider.end());
  if (place.field->origin_guard == OriginGuard::kLenient) named.insert(base.begin(), base.end());
  return named;
}

std::string FieldNames(const std::vector<std::string>& pointers, const char* between) {
  std::string names;
  for (const std::string& pointer : pointers) {
    if (!names.empty()) names += between;
    names += DottedField(pointer);
  }
  return names;
}

Error Refuse(const std::string& message, const std::vector<std::string>& kept) {
  std::vector<Violation> violations;
  for (const std::string& pointer : kept) {
    violations.push_back({pointer, "secret_reentry_required", "must be entered again"});
  }
  return Error(ErrorKind::kSecretReentryRequired, ErrorSource::kCaller, message)
      .WithViolations(std::move(violations));
}

/// Pointers of the fields that name an origin which they did not name before.
std::vector<std::string> ChangedOrigins(const Json& before, const Json& after) {
  const OriginReader origins_before(before);
  const OriginReader origins_after(after);
  std::map<std::string, std::set<std::string>> old;
  for (const Place& place : schema::Places(ResourceTable(), before)) {
    if (place.field->origin_guard != OriginGuard::kNone) {
      old[place.identity] = origins_before.Read(*place.value);
    }
  }
  const std::set<std::string> base = origins_before.Read(MemberOf(before, "base_url"));
  const std::set<std::string> provider = KnowTheClient(before, origins_before);
  std::vector<std::string> changed;
  for (const Place& place : schema::Places(ResourceTable(), after)) {
    if (place.field->origin_guard == OriginGuard::kNone) continue;
    // Members of another type of auth: none of its secrets can be kept.
    const auto known = old.find(place.identity);
    if (known == old.end()) continue;
    const std::set<std::string> trusted = OldOrigins(place, known->second, base, provider);
    const std::set<std::string> now = origins_after.Read(*place.value);
    if (!std::ranges::includes(trusted, now)) changed.push_back(place.pointer);
  }
  return changed;
}

}  // namespace

Result<void> GuardOrigins(const Json& before, const Json& after,
                          const std::vector<std::string>& kept) {
  if (kept.empty()) return {};
  const std::vector<std::string> changed = ChangedOrigins(before, after);
  if (changed.empty()) return {};
  return Refuse(FieldNames(changed, " and ") +
                    " would send stored secrets to another origin; enter them again",
                kept)
      .WithHint("send the values of " + FieldNames(kept, ", ") +
                " with this change instead of the mask");
}

std::vector<std::string> ChangedOriginsOfQueries(const Json& before, const Json& after) {
  std::vector<std::string> changed = ChangedOrigins(before, after);
  std::erase_if(changed, [](const std::string& pointer) {
    return pointer.starts_with("/auth/") || pointer == "/login_test_url";
  });
  return changed;
}

Error RefuseForQueries(const std::vector<std::string>& changed,
                       const std::vector<std::string>& kept) {
  return Refuse(FieldNames(changed, " and ") +
                    " would send stored secrets of queries to another origin",
                kept)
      .WithHint("take the values of " + FieldNames(kept, ", ") +
                " out of the queries, change the resource, then enter them again");
}

}  // namespace sallyport::admin
