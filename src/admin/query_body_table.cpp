#include "admin/query_body_table.h"

#include "admin/field_rules.h"

namespace sallyport::admin {
namespace {

using schema::Field;
using schema::Kind;
using schema::Object;

Field AnyJson(std::string name, std::string doc) {
  Field field = Text(std::move(name), std::move(doc));
  field.kind = Kind::kJson;
  return field;
}

Field ContentType(std::string doc) {
  Field field = Text("content_type", std::move(doc));
  field.rule = ContentTypeRule;
  return field;
}

void OneOfTextAndValue(const Json& body, const std::string& pointer,
                       std::vector<Violation>& violations) {
  const bool text = body["text"].is_string();
  const bool value = body["value"].is_string();
  if (text == value) {
    violations.push_back({pointer, "one_of",
                          text ? "must have text or value, not both"
                               : "must have text (a JSON template, sent as it is written) or value "
                                 "(a JSON tree)"});
  }
}

const Object& NoneTable() {
  static const Object table = Table("NoBody", "No body is sent.", {});
  return table;
}

const Object& JsonTable() {
  static const Object table = [] {
    Object object = Table(
        "JsonBody", "application/json. Exactly one of text and value.",
        {OrNull(Text("text",
                     "A JSON template: sent byte for byte but for the placeholders, which are "
                     "typed JSON outside quotes and string content inside.")),
         AnyJson("value",
                 "A JSON tree. A string in it that is exactly one placeholder takes the typed "
                 "value. Numbers keep their spelling.")});
    object.rule = OneOfTextAndValue;
    return object;
  }();
  return table;
}

const Object& FormTable() {
  static const Object table = Table("FormBody", "application/x-www-form-urlencoded.",
                                    {Rows("fields", "Fields in order; names may repeat.")});
  return table;
}

/// A row of a multipart body: what every row has, and what a part needs beyond that.
const Object& PartTable() {
  static const Object table = [] {
    Object object = schema::RowTable();
    object.name = "MultipartField";
    object.doc = "A part of a multipart body. Names may repeat; the order is kept.";
    Field kind =
        Text("kind",
             "text; json: the value is a JSON template; file: the value is one placeholder "
             "of a file input.");
    kind.choices = {"text", "file", "json"};
    kind.default_value = "text";
    object.fields.insert(object.fields.begin() + 1, std::move(kind));
    object.fields.push_back(OrNull(Text("filename", "null: the upload's own.")));
    object.fields.push_back(OrNull(ContentType("null: the upload's own, or that of the kind.")));
    return object;
  }();
  return table;
}

const Object& MultipartTable() {
  static const Object table = [] {
    Field fields = Rows("fields", "Parts in order.");
    fields.object = &PartTable();
    return Table("MultipartBody", "multipart/form-data.", {std::move(fields)});
  }();
  return table;
}

const Object& RawTable() {
  static const Object table = [] {
    Field type = ContentType("Values are XML-escaped when it is XML.");
    type.default_value = "text/plain";
    return Table("RawBody", "A text as it is written.",
                 {Text("text", "Values are inserted as they are."), std::move(type)});
  }();
  return table;
}

const Object& BinaryTable() {
  static const Object table = [] {
    Field param =
        Text("param", "The name of an input: a file, or a string that holds a base64 data URL.");
    param.required = true;
    param.min = 1;
    return Table("BinaryBody", "The bytes of one file.",
                 {std::move(param), OrNull(ContentType("null: the upload's own."))});
  }();
  return table;
}

std::string ObjectTextRule(const Json& text) {
  return text.get_ref<const std::string&>().front() == '{' ? "" : "must be an object";
}

const Object& GraphqlTable() {
  static const Object table = [] {
    Field query = Text("query", "The operation. Give values as variables.");
    query.required = true;
    query.min = 1;
    Field variables = AnyJson("variables", "A JSON tree, as value of a json body.");
    variables.default_value = Json::object();
    variables.rule = ObjectTextRule;
    return Table("GraphqlBody", "A JSON object of query and variables.",
                 {std::move(query), std::move(variables)});
  }();
  return table;
}

}  // namespace

Field QueryBodyField() {
  Field field = Text("body", "A GET or HEAD sends one only when the type is not none.");
  field.kind = Kind::kOneOf;
  field.variants = {{"none", &NoneTable()},      {"json", &JsonTable()},
                    {"form", &FormTable()},      {"multipart", &MultipartTable()},
                    {"raw", &RawTable()},        {"binary", &BinaryTable()},
                    {"graphql", &GraphqlTable()}};
  field.default_value = Json{{"type", "none"}};
  return field;
}

}  // namespace sallyport::admin
