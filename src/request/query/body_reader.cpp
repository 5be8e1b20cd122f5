#include "request/query/body_reader.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "request/query/json_body.h"
#include "sallyport/base/json_scan.h"

namespace sallyport::request {
namespace {

/// Of one kind; more says no more.
constexpr std::size_t kMostNotes = 20;

struct BodyParts {
  const Json& body;
  RowReader& rows;
  TemplateReader& templates;
  std::vector<std::string>& notes;
};

SourceText Source(const Json& object, std::string_view name, const std::string& pointer) {
  return {TextOf(object, name), pointer + "/" + std::string(name), false};
}

bool HoldsPlaceholder(const Template& text) {
  return std::any_of(text.pieces().begin(), text.pieces().end(), [](const Template::Piece& piece) {
    return std::holds_alternative<Placeholder>(piece);
  });
}

/// Can no value make it JSON? Judged with the digit 1 for every placeholder, which may stand inside
/// quotes, as a value and in a number; only as the name of a member it may not.
bool IsNeverJson(const Template& text) {
  std::string sample;
  std::vector<std::size_t> places;
  for (const Template::Piece& piece : text.pieces()) {
    if (const auto* literal = std::get_if<std::string>(&piece)) {
      sample += *literal;
    } else {
      places.push_back(sample.size());
      sample += '1';
    }
  }
  const auto flaw = ScanJson(sample, 1024);
  return flaw && std::find(places.begin(), places.end(), flaw->offset) == places.end();
}

/// "\\{{" in a JSON text is a backslash and the escape of "{{", which JSON reads as "\{".
std::string EscapeAdvice(const std::string& text) {
  if (text.find("\\\\{{") == std::string::npos) return {};
  return "; \\{{ stands for the braces themselves, so a backslash before a placeholder is written "
         "\\u005c";
}

/// Warns of member names that look as if they were expanded.
void NoteKeys(const Value& tree, const std::string& member, std::vector<std::string>& notes) {
  for (const Value::Member& entry : tree.members()) {
    if (entry.first.find("{{") != std::string::npos && notes.size() < kMostNotes) {
      notes.push_back(
          member + ": the key \"" + entry.first +
          "\" is sent as it stands: placeholders are expanded in values only (body.text "
          "takes them anywhere).");
    }
    NoteKeys(entry.second, member, notes);
  }
  for (const Value& item : tree.items()) NoteKeys(item, member, notes);
}

BodyPointer ReadJsonText(const BodyParts& parts) {
  const SourceText source = Source(parts.body, "text", "/body");
  JsonTemplate compiled = parts.templates.TakeJson(source);
  if (!HoldsPlaceholder(compiled.text())) {
    const std::string literal = compiled.text().literal();
    if (Result<void> judged = JudgeJson(literal, "the text");
        !judged && !parts.templates.failed()) {
      parts.templates.Complain("/body/text", "json",
                               judged.error().message() + EscapeAdvice(source.text));
    }
  } else if (IsNeverJson(compiled.text())) {
    parts.notes.push_back(
        "body.text seems to be no valid JSON whatever its placeholders stand for; runs answer "
        "invalid_parameter with the position" +
        EscapeAdvice(source.text) + ".");
  }
  return JsonTextBody(std::move(compiled));
}

BodyPointer ReadJson(const BodyParts& parts) {
  if (!Member(parts.body, "text").is_null()) return ReadJsonText(parts);
  const Value tree = ValueOf(Member(parts.body, "value"));
  NoteKeys(tree, "body.value", parts.notes);
  return JsonTreeBody(parts.templates.TakeTree(tree, "/body/value"));
}

BodyField::Kind KindOf(const std::string& kind) {
  if (kind == "file") return BodyField::Kind::kFile;
  if (kind == "json") return BodyField::Kind::kJson;
  return BodyField::Kind::kText;
}

BodyField ReadField(const RowReader::Row& row, TemplateReader& templates) {
  BodyField field;
  field.row.name = row.name;
  field.row.secret = row.value.secret;
  field.kind = KindOf(TextOf(*row.json, "kind"));
  switch (field.kind) {
    case BodyField::Kind::kFile:
      field.file = templates.TakeFile(row.value);
      break;
    case BodyField::Kind::kJson:
      field.json = templates.TakeJson(row.value);
      break;
    case BodyField::Kind::kText:
      field.row.value = templates.Take(row.value);
      break;
  }
  field.filename = templates.Take(Source(*row.json, "filename", row.pointer));
  field.content_type = templates.TakeHeader(Source(*row.json, "content_type", row.pointer));
  return field;
}

BodyFields ReadFields(const BodyParts& parts) {
  BodyFields fields;
  for (const RowReader::Row& row : parts.rows.Rows(parts.body, "fields", "/body/fields")) {
    if (row.enabled) fields.fields.push_back(ReadField(row, parts.templates));
    fields.names.push_back(row.name);
  }
  return fields;
}

BodyPointer ReadGraphql(const BodyParts& parts) {
  std::vector<Value::Member> members;
  members.emplace_back("query", Value::String(TextOf(parts.body, "query")));
  JsonTreeTemplate query = parts.templates.TakeTree(Value::Object(members), "/body/query");
  bool injects = false;
  query.ForEach([&](const Template& text) { injects = injects || HoldsPlaceholder(text); });
  if (injects) {
    parts.notes.emplace_back(
        "body.query holds a placeholder: its value becomes part of the GraphQL text; declare a "
        "GraphQL variable and put the placeholder into body.variables.");
  }
  const Json& variables = Member(parts.body, "variables");
  if (variables.is_null()) return GraphqlBody(std::move(query));
  Value tree = ValueOf(variables);
  NoteKeys(tree, "body.variables", parts.notes);
  static_cast<void>(parts.templates.TakeTree(tree, "/body/variables"));
  members.emplace_back("variables", std::move(tree));
  Result<JsonTreeTemplate> whole = JsonTreeTemplate::Compile(Value::Object(std::move(members)));
  return GraphqlBody(whole ? std::move(*whole) : std::move(query));
}

}  // namespace

BodyPointer ReadBody(const Json& body, RowReader& rows, TemplateReader& templates,
                     std::vector<std::string>& notes) {
  const BodyParts parts{body, rows, templates, notes};
  const std::string type = TextOf(body, "type");
  if (type.empty() || type == "none") return NoBody();
  if (type == "json") return ReadJson(parts);
  if (type == "form") return FormBody(ReadFields(parts));
  if (type == "multipart") return MultipartBody(ReadFields(parts));
  if (type == "graphql") return ReadGraphql(parts);
  Template content_type = templates.TakeHeader(Source(body, "content_type", "/body"));
  if (type == "raw") {
    return RawBody(templates.Take(Source(body, "text", "/body")), std::move(content_type));
  }
  if (type == "binary") {
    return BinaryBody(templates.TakeFileName(Source(body, "param", "/body")),
                      std::move(content_type));
  }
  throw std::runtime_error("stored query: unknown body type " + type);
}

}  // namespace sallyport::request
