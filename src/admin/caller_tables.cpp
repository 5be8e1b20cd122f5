#include "admin/caller_tables.h"

#include "admin/field_rules.h"

namespace sallyport::admin {
namespace {

using schema::Field;
using schema::Kind;
using schema::Object;

constexpr std::int64_t kMaxTtl = 30LL * 24 * 3600;
constexpr std::int64_t kDefaultTtl = 28800;
constexpr std::int64_t kMaxUser = 256;
constexpr std::int64_t kMaxKeyName = 256;
constexpr std::size_t kMaxAttributes = 16384;

std::string AttributesRule(const Json& value) {
  const std::size_t size = DumpJson(value).size();
  if (size <= kMaxAttributes) return {};
  return "must be " + std::to_string(kMaxAttributes) + " bytes of JSON at most, not " +
         std::to_string(size);
}

}  // namespace

const Object& SessionTable() {
  static const Object table = [] {
    Field user = Text("user", "The end user: 1 to 256 bytes without control characters.");
    user.required = true;
    user.min = 1;
    user.max = kMaxUser;
    user.rule = UserRule;
    Field ttl = Integer("ttl_seconds", 1, kMaxTtl, "On input only: how long it lives.");
    ttl.default_value = kDefaultTtl;
    Field attributes = Text("attributes", "For {{ user.attributes.x }}.");
    attributes.kind = Kind::kObject;
    attributes.default_value = Json::object();
    attributes.rule = AttributesRule;
    Object object;
    object.name = "Session";
    object.doc =
        "One end user's session. It has the role runner on the resources of the API key that made "
        "it.";
    object.fields = {ReadOnly(Text("id", "Public; not the token.")),
                     std::move(user),
                     std::move(ttl),
                     std::move(attributes),
                     ReadOnly(Texts("resources", Json::array(), {}, "Slugs, or \"*\" for all.")),
                     ReadOnly(Text("created_by", "Id of the API key.")),
                     ReadOnly(Time("created_at", "")),
                     ReadOnly(Time("expires_at", ""))};
    return object;
  }();
  return table;
}

const Object& ApiKeyTable() {
  static const Object table = [] {
    Field name = Text("name", "For people and the audit log.");
    name.required = true;
    name.min = 1;
    name.max = kMaxKeyName;
    name.rule = UserRule;
    Field role = Text("role", "admin: everything. runner: calls resources, sees no configuration.");
    role.choices = {"admin", "runner"};
    role.default_value = "runner";
    Field resources =
        Texts("resources", nullptr, ResourceNameRule,
              "What a runner reaches: slugs, or \"*\" for all, also when left out; an empty list "
              "for nothing. An admin reaches all.");
    resources.nullable = true;
    Field expires = Time("expires_at", "In the future; null: never.");
    expires.nullable = true;
    expires.rule = TimeRule;
    Object object;
    object.name = "ApiKey";
    object.doc = "A key of a program. Its secret is shown once, when it is made.";
    object.fields = {ReadOnly(Text("id", "Public; not the key.")),
                     std::move(name),
                     std::move(role),
                     std::move(resources),
                     Flag("act_as_users", false,
                          "May it send Sallyport-User and make sessions? Admins always may."),
                     ReadOnly(Time("created_at", "")),
                     std::move(expires)};
    return object;
  }();
  return table;
}

std::string RoleName(store::Role role) { return role == store::Role::kAdmin ? "admin" : "runner"; }

Json TimeView(const std::optional<SystemTime>& time) {
  return time ? Json(FormatTime(*time)) : Json();
}

Json SessionView(const store::Session& session) {
  Json view = Json::object();
  view["id"] = session.id;
  view["user"] = session.user;
  view["attributes"] = session.attributes;
  view["resources"] = session.resources;
  view["created_by"] = session.created_by;
  view["created_at"] = FormatTime(session.created_at);
  view["expires_at"] = FormatTime(session.expires_at);
  return view;
}

Json ApiKeyView(const store::ApiKey& key) {
  Json view = Json::object();
  view["id"] = key.id;
  view["name"] = key.name;
  view["role"] = RoleName(key.role);
  view["resources"] = key.resources;
  view["act_as_users"] = key.act_as_users;
  view["created_at"] = FormatTime(key.created_at);
  view["expires_at"] = TimeView(key.expires_at);
  return view;
}

}  // namespace sallyport::admin
