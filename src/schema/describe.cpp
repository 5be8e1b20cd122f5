#include "sallyport/schema/field_table.h"

namespace sallyport::schema {
namespace {

Json Reference(const std::string& component) {
  return Json{{"$ref", "#/components/schemas/" + component}};
}

Json DescribeField(const Field& field, Json& components);

void AddMembers(const Object& table, Json& schema, Json& components) {
  Json required = schema.contains("required") ? schema["required"] : Json::array();
  for (const Field& field : table.fields) {
    schema["properties"][field.name] = DescribeField(field, components);
    if (field.required) required.push_back(field.name);
  }
  if (!required.empty()) schema["required"] = std::move(required);
}

Json EmptyObject(const std::string& doc) {
  Json schema = {{"type", "object"}};
  if (!doc.empty()) schema["description"] = doc;
  schema["additionalProperties"] = false;
  schema["properties"] = Json::object();
  return schema;
}

Json DescribeString(const Field& field) {
  Json schema = {{"type", "string"}};
  if (!field.choices.empty()) {
    schema["enum"] = field.choices;
  } else {
    if (field.min) schema["minLength"] = *field.min;
    if (field.max) schema["maxLength"] = *field.max;
  }
  if (!field.pattern.empty()) schema["pattern"] = field.pattern;
  if (!field.format.empty()) schema["format"] = field.format;
  if (field.secret) schema["format"] = "password";
  return schema;
}

Json DescribeArray(const Field& field, Json& components) {
  Json schema = {{"type", "array"}};
  if (field.element) {
    schema["items"] = DescribeField(*field.element, components);
  } else {
    Describe(*field.object, components);
    schema["items"] = Reference(field.object->name);
  }
  if (field.min) schema["minItems"] = *field.min;
  if (field.max) schema["maxItems"] = *field.max;
  return schema;
}

Json DescribeRows(const Field& field, Json& components) {
  const Object& row = field.object == nullptr ? RowTable() : *field.object;
  Describe(row, components);
  const Json list = {{"type", "array"}, {"items", Reference(row.name)}};
  const Json object = {{"type", "object"},
                       {"description", "Accepted on input: names to values."},
                       {"additionalProperties", {{"type", "string"}}}};
  return Json{{"anyOf", Json::array({list, object})}};
}

/// Each variant becomes a component of its own with its `type` as a constant.
Json DescribeOneOf(const Field& field, Json& components) {
  Json schema = {{"oneOf", Json::array()}};
  Json mapping = Json::object();
  for (const auto& [type, members] : field.variants) {
    Json variant = EmptyObject(members->doc);
    variant["required"] = Json::array({"type"});
    variant["properties"]["type"] = Json{{"type", "string"}, {"const", type}};
    AddMembers(*members, variant, components);
    components[members->name] = std::move(variant);
    schema["oneOf"].push_back(Reference(members->name));
    mapping[type] = "#/components/schemas/" + members->name;
  }
  schema["discriminator"] = Json{{"propertyName", "type"}, {"mapping", std::move(mapping)}};
  return schema;
}

Json DescribeType(const Field& field, Json& components) {
  switch (field.kind) {
    case Kind::kString:
      return DescribeString(field);
    case Kind::kInteger: {
      Json schema = {{"type", "integer"}};
      if (field.min) schema["minimum"] = *field.min;
      if (field.max) schema["maximum"] = *field.max;
      return schema;
    }
    case Kind::kNumber: {
      Json schema = {{"type", "number"}};
      if (field.min) schema["minimum"] = *field.min;
      return schema;
    }
    case Kind::kBoolean:
      return Json{{"type", "boolean"}};
    case Kind::kObject:
      if (field.object == nullptr) return Json{{"type", "object"}};
      Describe(*field.object, components);
      return Reference(field.object->name);
    case Kind::kMap:
      return Json{{"type", "object"}, {"additionalProperties", {{"type", "string"}}}};
    case Kind::kArray:
      return DescribeArray(field, components);
    case Kind::kRows:
      return DescribeRows(field, components);
    case Kind::kOneOf:
      return DescribeOneOf(field, components);
    case Kind::kAny:
    case Kind::kJson:
      break;
  }
  return Json::object();
}

void AllowNull(Json& schema) {
  if (schema.contains("enum")) schema["enum"].push_back(nullptr);
  if (schema.contains("type")) {
    schema["type"] = Json::array({schema["type"], "null"});
  } else if (schema.contains("anyOf")) {
    schema["anyOf"].push_back({{"type", "null"}});
  } else if (!schema.empty()) {
    Json either = Json::array({std::move(schema), Json{{"type", "null"}}});
    schema = Json{{"anyOf", std::move(either)}};
  }
}

Json DescribeField(const Field& field, Json& components) {
  Json schema = DescribeType(field, components);
  if (field.nullable) AllowNull(schema);
  std::string doc = field.doc;
  if (field.secret) {
    doc += doc.empty() ? "" : " ";
    doc += "Secret: reads give \"" + std::string(kMask) + "\"; sending that back keeps the value.";
  }
  if (!doc.empty()) schema["description"] = std::move(doc);
  if (!field.default_value.is_null()) {
    schema["default"] = field.default_value;
  } else if (field.nullable && !field.required && !field.read_only) {
    schema["default"] = nullptr;
  }
  if (field.read_only) schema["readOnly"] = true;
  return schema;
}

}  // namespace

void Describe(const Object& table, Json& components) {
  if (components.contains(table.name)) return;
  components[table.name] = Json::object();  // holds the place: outer tables stand before inner ones
  Json schema = EmptyObject(table.doc);
  AddMembers(table, schema, components);
  components[table.name] = std::move(schema);
}

void DescribePatch(const Object& table, Json& components) {
  Json schema = EmptyObject("Merge patch (RFC 7396) of " + table.name +
                            ": what is left out stays, null resets a member to its default.");
  for (const Field& field : table.fields) {
    if (field.read_only) continue;
    Json member = Json{{"$ref", "#/components/schemas/" + table.name + "/properties/" +
                                    EscapePointerToken(field.name)}};
    // A part of a kOneOf need not repeat its type.
    if (field.kind == Kind::kOneOf) member = Json{{"type", "object"}};
    schema["properties"][field.name] =
        Json{{"anyOf", Json::array({std::move(member), Json{{"type", "null"}}})}};
  }
  components[table.name + "Patch"] = std::move(schema);
}

}  // namespace sallyport::schema
