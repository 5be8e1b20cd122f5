#include "admin/query_document.h"

#include "admin/kept_secrets.h"
#include "admin/query_input_table.h"
#include "admin/refusals.h"
#include "admin/spelled_json.h"

namespace sallyport::admin {
namespace {

constexpr std::size_t kNoLimit = 1024;  // it was read within limits.json_depth

/// The tree behind a stored text of JSON; null stays null.
Json TreeOf(const Json& text) {
  if (!text.is_string()) return nullptr;
  Result<Json> tree = ParseSpelled(text.get_ref<const std::string&>(), kNoLimit);
  return tree ? std::move(*tree) : Json();
}

/// Of `text` and `value` the one that is there: null would be a value, too.
void WriteJsonBody(Json& body) {
  if (body["value"].is_string()) {
    body["value"] = TreeOf(body["value"]);
    body.erase("text");
  } else {
    body.erase("value");
  }
}

/// A body that names both, one of them null, means the other one: so do merge patches and forms
/// that send every member.
Json WithoutNullText(const Json& input) {
  if (!input.is_object() || !input.contains("body") || !input["body"].is_object()) return input;
  Json cleaned = input;
  Json& body = cleaned["body"];
  if (!body.contains("text") || !body.contains("value")) return cleaned;
  if (body["value"].is_null()) {
    body.erase("value");
  } else if (body["text"].is_null()) {
    body.erase("text");
  }
  return cleaned;
}

}  // namespace

Result<BuiltDocument> BuildQuery(const schema::Object& table, const Json& input,
                                 const StoredDocument& stored) {
  BuiltDocument built;
  Json& body = built.document.body;
  std::vector<Violation> violations = schema::Normalize(table, WithoutNullText(input), body);
  if (!violations.empty()) return Invalid(std::move(violations));
  NameAfterSlug(body);
  FillRequired(body);
  SecretSplit split = SplitSecrets(table, built.document, stored);
  if (!split.violations.empty()) return Invalid(std::move(split.violations));
  built.new_secrets = std::move(split.given);
  return built;
}

Json WrittenQuery(const Json& body) {
  Json written = body;
  Json& sent = written["body"];
  if (sent["type"] == "json") WriteJsonBody(sent);
  if (sent["type"] == "graphql") sent["variables"] = TreeOf(sent["variables"]);
  for (Json& input : written["inputs"]) input["default"] = TreeOf(input["default"]);
  return written;
}

Json QueryView(const store::Query& query) {
  Json view = WrittenQuery(query.document.body);
  AddStoredMembers(view, query);
  return view;
}

}  // namespace sallyport::admin
