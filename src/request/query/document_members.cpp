#include "request/query/document_members.h"

#include <stdexcept>
#include <utility>

namespace sallyport::request {
namespace {

[[noreturn]] void Malformed(std::string_view name) {
  throw std::runtime_error("stored query: " + std::string(name) + " has a wrong type");
}

}  // namespace

const Json& Member(const Json& object, std::string_view name) {
  static const Json nothing = nullptr;
  if (!object.is_object()) return nothing;
  const auto found = object.find(name);
  return found == object.end() ? nothing : *found;
}

std::string TextOf(const Json& object, std::string_view name) {
  const Json& found = Member(object, name);
  if (found.is_null()) return {};
  if (!found.is_string()) Malformed(name);
  return found.get<std::string>();
}

bool FlagOf(const Json& object, std::string_view name, bool fallback) {
  const Json& found = Member(object, name);
  if (found.is_null()) return fallback;
  if (!found.is_boolean()) Malformed(name);
  return found.get<bool>();
}

std::optional<std::int64_t> NumberOf(const Json& object, std::string_view name) {
  const Json& found = Member(object, name);
  if (found.is_null()) return std::nullopt;
  if (!found.is_number_integer()) Malformed(name);
  return found.get<std::int64_t>();
}

const Json& ListOf(const Json& object, std::string_view name) {
  static const Json none = Json::array();
  const Json& found = Member(object, name);
  if (found.is_null()) return none;
  if (!found.is_array()) Malformed(name);
  return found;
}

Value ValueOf(const Json& json) {
  if (json.is_null()) return {};
  if (!json.is_string()) throw std::runtime_error("stored query: a value is no JSON text");
  // What is stored has passed the strict reader, so only its depth could matter.
  constexpr std::size_t kAnyDepth = 1024;
  Result<Value> value = Value::Parse(json.get_ref<const std::string&>(), kAnyDepth);
  if (!value) throw std::runtime_error("stored query: a value is no JSON");
  return std::move(*value);
}

std::vector<RowReader::Row> RowReader::Rows(const Json& object, std::string_view member,
                                            const std::string& pointer) {
  std::vector<Row> rows;
  const Json& list = ListOf(object, member);
  for (std::size_t i = 0; i < list.size(); ++i) {
    Row row;
    row.json = &list[i];
    row.name = TextOf(list[i], "name");
    if (row.name.empty()) continue;
    row.pointer = pointer + "/" + std::to_string(i);
    row.enabled = FlagOf(list[i], "enabled", true);
    row.value = {TextOf(list[i], "value"), row.pointer + "/value",
                 FlagOf(list[i], "secret", false)};
    const auto stored = document_.secrets.find(row.value.pointer);
    if (stored != document_.secrets.end()) {
      row.value.secret = true;
      stored->second.Reveal([&](std::string_view value) { row.value.text = value; });
    } else if (row.value.secret && row.value.text == store::kMask) {
      missing_secret_ = row.value.pointer;
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<TemplateRow> RowReader::Templates(std::string_view member, Use use,
                                              std::vector<TemplateRow>& removed) {
  std::vector<TemplateRow> templates;
  for (Row& row : Rows(document_.body, member, "/" + std::string(member))) {
    TemplateRow read;
    read.name = std::move(row.name);
    read.secret = row.value.secret;
    if (use == Use::kParam) {
      SetName(read, templates_.Take({read.name, row.pointer + "/name", false}));
      if (read.name.empty()) continue;
    }
    if (!row.enabled) {
      removed.push_back(std::move(read));
      continue;
    }
    read.value =
        use == Use::kHeader ? templates_.TakeHeader(row.value) : templates_.Take(row.value);
    templates.push_back(std::move(read));
  }
  return templates;
}

}  // namespace sallyport::request
