#include "admin/shared_fields.h"

#include "admin/field_rules.h"

namespace sallyport::admin {
namespace {

using schema::Field;
using schema::Object;

constexpr std::int64_t kMaxName = 1024;
constexpr std::int64_t kMaxDescription = 65536;
constexpr std::int64_t kMaxRedirects = 20;

}  // namespace

Field Slug() {
  Field field = Text("slug", "Unique name in URLs. In a PUT the one in the URL counts.");
  field.required = true;
  field.rule = SlugRule;
  field.pattern = "^[a-z0-9][a-z0-9_-]{0,62}$";
  return field;
}

Field DisplayName() {
  Field field = Text("name", "For people. Empty: the slug.");
  field.max = kMaxName;
  field.default_value = "";
  return field;
}

Field Description() {
  Field field = Text("description", "For people.");
  field.max = kMaxDescription;
  field.default_value = "";
  return field;
}

Field StoredId() {
  return ReadOnly(Integer("id", 1, INT64_MAX, "Never used again, not even after a DELETE."));
}

Field StoredVersion() {
  return ReadOnly(Integer("version", 1, INT64_MAX, "Grows with every change."));
}

const Object& RedirectsTable() {
  static const Object table = [] {
    Field follow = Text("follow", "Which redirects of the target are followed.");
    follow.choices = {"none", "same_origin", "any"};
    follow.default_value = "same_origin";
    Field max = Integer("max", 0, kMaxRedirects, "Hops at most.");
    max.default_value = 5;
    Object object;
    object.name = "Redirects";
    object.doc = "Of runs. The proxy follows none: it passes them on.";
    object.fields = {std::move(follow), std::move(max)};
    return object;
  }();
  return table;
}

}  // namespace sallyport::admin
