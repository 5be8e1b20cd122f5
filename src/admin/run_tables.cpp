#include "admin/run_tables.h"

#include "admin/field_rules.h"
#include "admin/query_table.h"

namespace sallyport::admin {
namespace {

using schema::Field;
using schema::Kind;
using schema::Object;

Field Any(std::string name, std::string doc) {
  Field field = Text(std::move(name), std::move(doc));
  field.kind = Kind::kAny;
  return field;
}

Field Number(std::string name, std::string doc) {
  return Always(Integer(std::move(name), 0, INT64_MAX, std::move(doc)));
}

Field Milliseconds(std::string name, std::string doc) {
  Field field = Number(std::move(name), std::move(doc));
  field.kind = Kind::kNumber;
  field.max = std::nullopt;
  return field;
}

/// A list of whatever `element` is.
Field List(std::string name, Field element, std::string doc) {
  Field field = Always(Text(std::move(name), std::move(doc)));
  field.kind = Kind::kArray;
  field.element = std::make_shared<Field>(std::move(element));
  return field;
}

/// Name and value, in order; names may repeat.
Field HeaderPairs(std::string doc) {
  Field pair = List("", Text("", ""), "");
  pair.min = 2;
  pair.max = 2;
  return List("headers", std::move(pair), std::move(doc));
}

Field Params() {
  Field field = Text("params", "Name to value.");
  field.kind = Kind::kObject;
  field.default_value = Json::object();
  return field;
}

const Object& RunInputTable() {
  static const Object table = Table("RunInput",
                                    "A file input takes an uploaded part or a base64 data URL "
                                    "(\"data:image/png;base64,...\").",
                                    {Params()});
  return table;
}

const Object& UnsavedRunTable() {
  static const Object table =
      Table("UnsavedRun", "", {Always(Part("query", UnsavedQueryTable())), Params()});
  return table;
}

const Object& ShownRequestTable() {
  static const Object table = Table(
      "ShownRequest", "The request to the target, secrets masked.",
      {Always(Text("method", "")), Always(Text("url", "")),
       HeaderPairs("Name and value, in order."), Always(Any("body", "As text; null: none."))});
  return table;
}

const Object& TimingTable() {
  static const Object table =
      Table("Timing", "Milliseconds, with a fraction.",
            {Milliseconds("dns_ms", ""), Milliseconds("connect_ms", ""), Milliseconds("tls_ms", ""),
             Milliseconds("first_byte_ms", "To the end of the answer's head."),
             Milliseconds("total_ms", ""), Always(Flag("reused_connection", false, ""))});
  return table;
}

const Object& HopTable() {
  static const Object table = Table("RedirectHop", "",
                                    {Number("status", "Of the answer that redirected."),
                                     Always(Text("url", "Where it led to, secrets masked."))});
  return table;
}

Field Hops() {
  Field field = Always(Text("redirects", "The redirects that were followed."));
  field.kind = Kind::kArray;
  field.object = &HopTable();
  return field;
}

const Object& EnvelopeTable() {
  static const Object table =
      Table("Envelope", "The target's answer and how it came about.",
            {Number("status", "Of the target."), Always(Text("reason", "")),
             HeaderPairs("Name and value, in order; names in lower case."),
             Choice("body_encoding", {"json", "text", "base64", "none"}, "How `body` is written."),
             Always(Any("body", "JSON as the target sent it, a string, or null.")),
             Number("size", "Bytes of the decoded body."), List("warnings", Text("", ""), ""),
             Always(Part("request", ShownRequestTable())), Always(Part("timing", TimingTable())),
             Hops(), Number("attempts", "Requests sent, retries included."),
             Choice("token", {"none", "cached", "refreshed"}, "How the OAuth token was had."),
             Always(Text("request_id", ""))});
  return table;
}

const Object& PreviewTable() {
  static const Object table =
      Table("Preview", "What a run would send.",
            {Always(Part("request", ShownRequestTable())), List("warnings", Text("", ""), ""),
             Always(Text("curl", "A command that makes the same run through the gateway."))});
  return table;
}

}  // namespace

const std::vector<const Object*>& RunTables() {
  static const std::vector<const Object*> tables = {&RunInputTable(), &UnsavedRunTable(),
                                                    &EnvelopeTable(), &PreviewTable()};
  return tables;
}

}  // namespace sallyport::admin
