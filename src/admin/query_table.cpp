#include "admin/query_table.h"

#include <set>

#include "admin/field_rules.h"
#include "admin/query_body_table.h"
#include "admin/query_input_table.h"
#include "admin/shared_fields.h"

namespace sallyport::admin {
namespace {

using schema::Field;
using schema::Kind;
using schema::Object;

constexpr std::int64_t kMaxPath = 8192;
constexpr std::int64_t kMaxRetries = 10;

void NamesOfInputsDiffer(const Json& query, const std::string& pointer,
                         std::vector<Violation>& violations) {
  std::set<std::string> seen;
  const Json& inputs = query["inputs"];
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const std::string name = inputs[i]["name"].get<std::string>();
    if (seen.insert(name).second) continue;
    violations.push_back({pointer + "/inputs/" + std::to_string(i) + "/name", "duplicate",
                          "must be declared once: an earlier input is named \"" + name + "\""});
  }
}

Field Method() {
  Field field = Text("method", "Any but CONNECT and TRACE. Methods are case-sensitive.");
  field.default_value = "GET";
  field.rule = QueryMethodRule;
  return field;
}

Field Path() {
  Field field = Text("path",
                     "Below base_url, with exactly one '/' between the two; may hold placeholders "
                     "and a query. An absolute URL must lie inside base_url.");
  field.max = kMaxPath;
  field.format = "uri-reference";
  field.default_value = "";
  return field;
}

Field Inputs() {
  Field field = Text("inputs",
                     "Declared: params of other names are a 422. None declared: every placeholder "
                     "is a required input of any type.");
  field.kind = Kind::kArray;
  field.object = &QueryInputTable();
  field.default_value = Json::array();
  return field;
}

Field Redirects() {
  Field field = OrNull(Part("redirects", RedirectsTable()));
  field.doc = "null: the resource's.";
  return field;
}

Field Retries() {
  Field field =
      Integer("retries", 0, kMaxRetries,
              "Further attempts at most: after a failure to connect, and for GET, HEAD, OPTIONS, "
              "PUT and DELETE also after a reset, no answer in time, 429, 502, 503 and 504.");
  field.default_value = 0;
  return field;
}

Field ArrayStyle() {
  Field field = Text("array_style",
                     "How an array becomes parameters: a=1&a=2, a[]=1&a[]=2, a=1,2 "
                     "or a=[1,2].");
  field.choices = {"repeat", "brackets", "comma", "json"};
  field.default_value = "repeat";
  return field;
}

Field Warnings() {
  Field element = Text("", "");
  Field field = Text("warnings", "What is allowed but probably not meant. Not in lists.");
  field.kind = Kind::kArray;
  field.element = std::make_shared<Field>(std::move(element));
  return ReadOnly(std::move(field));
}

std::vector<Field> QueryFields() {
  return {Slug(),
          DisplayName(),
          Description(),
          Method(),
          Path(),
          Rows("params", "Query parameters. They replace the resource's of the same name."),
          HeaderRows("They replace the resource's of the same name, compared without case."),
          CookieRows("They replace the resource's of the same name."),
          QueryBodyField(),
          Inputs(),
          OrNull(Integer("timeout_ms", 1, kMaxTotalMs,
                         "For the whole run, all attempts and redirects. null: the resource's "
                         "total.")),
          Redirects(),
          Retries(),
          Flag("omit_empty_params", false,
               "Leaves out rows that are exactly one placeholder whose value is \"\"."),
          ArrayStyle(),
          StoredId(),
          StoredVersion(),
          ReadOnly(Time("created_at")),
          ReadOnly(Time("updated_at")),
          Warnings()};
}

}  // namespace

const Object& QueryTable() {
  static const Object table = [] {
    Object object;
    object.name = "Query";
    object.doc = "A saved request against a resource.";
    object.fields = QueryFields();
    object.rule = NamesOfInputsDiffer;
    return object;
  }();
  return table;
}

const Object& UnsavedQueryTable() {
  static const Object table = [] {
    Object object = QueryTable();
    object.name = "UnsavedQuery";
    object.doc = "A query as it is saved; it needs no slug.";
    object.fields.front().required = false;
    return object;
  }();
  return table;
}

}  // namespace sallyport::admin
