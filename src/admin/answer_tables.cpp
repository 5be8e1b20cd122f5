#include "admin/answer_tables.h"

#include "admin/caller_tables.h"
#include "admin/field_rules.h"
#include "admin/oauth_tables.h"

namespace sallyport::admin {
namespace {

using schema::Field;
using schema::Kind;
using schema::Object;

/// Always there, perhaps null.
Field Nullable(Field field) { return Always(OrNull(std::move(field))); }

const Object& WhoAmITable() {
  static const Object table = Table(
      "WhoAmI", "The caller as the gateway sees it.",
      {Choice("kind", {"api_key", "session", "control"}, ""),
       Always(Text("id", "Of the API key or session; \"bootstrap\" for admin_key_file.")),
       Choice("role", {"admin", "runner"}, ""),
       Nullable(Text("user", "The end user that is acted for.")), Nullable(Time("expires_at"))});
  return table;
}

const Object& NewSessionTable() {
  static const Object table = Table(
      "NewSession", "",
      {Always(Text("token", "sps_...; shown once.")), Always(Part("session", SessionTable()))});
  return table;
}

const Object& NewApiKeyTable() {
  static const Object table =
      Table("NewApiKey", "",
            {Always(Text("key", "spk_...; shown once.")), Always(Part("api_key", ApiKeyTable()))});
  return table;
}

const Object& StatusItemTable() {
  static const Object table = Table(
      "StatusItem", "Something that cannot work.",
      {Choice("code",
              {"store_unavailable", "secret_unreadable", "tokens_unreadable", "connection_dead"},
              ""),
       Nullable(Text("resource", "A slug; null when the whole gateway is meant.")),
       Nullable(Text("query", "Its slug, when a query of the resource is meant.")),
       Always(Text("message", "What is wrong and what to do about it."))});
  return table;
}

const Object& StatusTable() {
  static const Object table = [] {
    Field items = Always(Text("items", ""));
    items.kind = Kind::kArray;
    items.object = &StatusItemTable();
    return Table("Status", "",
                 {Choice("status", {"ok", "degraded"}, ""), Always(Text("version", "")),
                  std::move(items), Nullable(Text("next_cursor", "Always null."))});
  }();
  return table;
}

const Object& ActorTable() {
  static const Object table = Table(
      "Actor", "Who made the change.",
      {Choice("kind", {"api_key", "session", "control"}, ""), Always(Text("id", "")),
       Always(
           Text("name", "Of the API key; \"control\" for the command line, empty for sessions."))});
  return table;
}

const Object& AuditEntryTable() {
  static const Object table = [] {
    Field change = Always(
        Text("change",
             "before and after: the members that differ, secrets masked; new_secrets: the secret "
             "fields that were given a new value."));
    change.kind = Kind::kObject;
    return Table(
        "AuditEntry", "A change.",
        {Always(Integer("id", 1, INT64_MAX, "")), Always(Time("at")),
         Always(Part("actor", ActorTable())), Nullable(Text("user", "The user acted for.")),
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
