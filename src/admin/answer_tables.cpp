#include "admin/answer_tables.h"

#include "admin/caller_tables.h"
#include "admin/field_rules.h"
#include "admin/oauth_tables.h"

namespace sallyport::admin {
namespace {

using schema::Field;
using schema::Kind;
using schema::Object;

Field Always(Field field) {
  field.required = true;
  return field;
}

Field OrNull(Field field) { return Always(admin::OrNull(std::move(field))); }

Field Choice(std::string name, std::vector<std::string> choices, std::string doc) {
  Field field = Always(Text(std::move(name), std::move(doc)));
  field.choices = std::move(choices);
  return field;
}

Object Make(std::string name, std::string doc, std::vector<Field> fields) {
  Object object;
  object.name = std::move(name);
  object.doc = std::move(doc);
  object.fields = std::move(fields);
  return object;
}

const Object& WhoAmITable() {
  static const Object table =
      Make("WhoAmI", "The caller as the gateway sees it.",
           {Choice("kind", {"api_key", "session", "control"}, ""),
            Always(Text("id", "Of the API key or session; \"bootstrap\" for admin_key_file.")),
            Choice("role", {"admin", "runner"}, ""),
            OrNull(Text("user", "The end user that is acted for.")), OrNull(Time("expires_at"))});
  return table;
}

const Object& NewSessionTable() {
  static const Object table = Make(
      "NewSession", "",
      {Always(Text("token", "sps_...; shown once.")), Always(Part("session", SessionTable()))});
  return table;
}

const Object& NewApiKeyTable() {
  static const Object table =
      Make("NewApiKey", "",
           {Always(Text("key", "spk_...; shown once.")), Always(Part("api_key", ApiKeyTable()))});
  return table;
}

const Object& StatusItemTable() {
  static const Object table =
      Make("StatusItem", "Something that cannot work.",
           {Choice("code", {"secret_unreadable", "tokens_unreadable", "connection_dead"}, ""),
            Always(Text("resource", "A slug.")),
            OrNull(Text("query", "Its slug, when a query of the resource is meant.")),
            Always(Text("message", "What is wrong and what to do about it."))});
  return table;
}

const Object& StatusTable() {
  static const Object table = [] {
    Field items = Always(Text("items", ""));
    items.kind = Kind::kArray;
    items.object = &StatusItemTable();
    return Make("Status", "",
                {Choice("status", {"ok", "degraded"}, ""), Always(Text("version", "")),
                 std::move(items), OrNull(Text("next_cursor", "Always null."))});
  }();
  return table;
}

const Object& ActorTable() {
  static const Object table =
      Make("Actor", "Who made the change.",
           {Choice("kind", {"api_key", "session", "control"}, ""), Always(Text("id", "")),
            Always(Text("name", "Of the API key; empty for others."))});
  return table;
}

const Object& AuditEntryTable() {
  static const Object table = [] {
    Field change = Always(
        Text("change",
             "before and after: the members that differ, secrets masked; new_secrets: the secret "
             "fields that were given a new value."));
    change.kind = Kind::kObject;
    return Make("AuditEntry", "A change.",
                {Always(Integer("id", 1, INT64_MAX, "")), Always(Time("at")),
                 Always(Part("actor", ActorTable())), OrNull(Text("user", "The user acted for.")),
                 Always(Text("peer", "Address of the caller.")), Always(Text("request_id", "")),
                 Always(Text("action", "resource.create, api_key.revoke, ...")),
                 Always(Text("object", "Slug or id.")), std::move(change)});
  }();
  return table;
}

}  // namespace

const std::vector<const Object*>& AnswerTables() {
  static const std::vector<const Object*> tables = {
      &WhoAmITable(),     &NewSessionTable(), &NewApiKeyTable(),
      &StatusTable(),     &AuditEntryTable(), &LoginLinkTable(),
      &LoginStateTable(), &ConnectionTable(), &ConnectionItemTable()};
  return tables;
}

Json ProblemSchema() {
  return Json::parse(R"({
    "type": "object",
    "description": "RFC 9457. `code` is stable; `message` repeats `detail`.",
    "required": ["type", "title", "status", "code", "message", "request_id"],
    "properties": {
      "type": {"type": "string"},
      "title": {"type": "string"},
      "status": {"type": "integer", "minimum": 400, "maximum": 599},
      "detail": {"type": "string"},
      "instance": {"type": "string"},
      "code": {"type": "string", "examples": ["validation_failed"]},
      "message": {"type": "string"},
      "request_id": {"type": "string"},
      "hint": {"type": "string", "description": "What to do about it."},
      "errors": {
        "type": "object",
        "description": "Dotted field -> text.",
        "additionalProperties": {"type": "string"}
      },
      "violations": {
        "type": "array",
        "items": {
          "type": "object",
          "required": ["pointer", "code", "message"],
          "properties": {
            "pointer": {"type": "string", "description": "RFC 6901, into the body."},
            "code": {"type": "string"},
            "message": {"type": "string"}
          }
        }
      }
    }
  })");
}

}  // namespace sallyport::admin
