#include "request/document_reader.h"

#include <algorithm>
#include <stdexcept>

#include "sallyport/request/credential.h"

namespace sallyport::request {
namespace {

[[noreturn]] void Malformed(std::string_view pointer) {
  throw std::runtime_error("stored resource: " + std::string(pointer) + " has a wrong type");
}

const std::string& AsText(const Json& value, std::string_view pointer) {
  if (!value.is_string()) Malformed(pointer);
  return value.get_ref<const std::string&>();
}

/// Null when it is absent.
const Json* Member(const Json& object, std::string_view name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

std::string TextOf(const Json& object, std::string_view name, std::string_view pointer) {
  const Json* found = Member(object, name);
  return found == nullptr || found->is_null() ? std::string() : AsText(*found, pointer);
}

bool FlagOf(const Json& object, std::string_view name, bool fallback, std::string_view pointer) {
  const Json* found = Member(object, name);
  if (found == nullptr || found->is_null()) return fallback;
  if (!found->is_boolean()) Malformed(pointer);
  return found->get<bool>();
}

bool IsMask(const Json* value) {
  return value != nullptr && value->is_string() &&
         value->get_ref<const std::string&>() == store::kMask;
}

std::string ValuePointer(std::string_view list, std::size_t index) {
  return std::string(list) + "/" + std::to_string(index) + "/value";
}

bool IsSecretRow(const Json& row, std::string_view list) {
  return FlagOf(row, "secret", schema::IsSecretName(TextOf(row, "name", list)), list);
}

}  // namespace

const Json* DocumentReader::Find(std::string_view pointer) const {
  const Json* found = &document_.body;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);  // the slash
    const std::size_t end = std::min(pointer.find('/'), pointer.size());
    found = Member(*found, pointer.substr(0, end));
    if (found == nullptr) return nullptr;
    pointer.remove_prefix(end);
  }
  return found->is_null() ? nullptr : found;
}

std::string DocumentReader::Text(std::string_view pointer) const {
  const Json* found = Find(pointer);
  return found == nullptr ? std::string() : AsText(*found, pointer);
}

bool DocumentReader::Flag(std::string_view pointer, bool fallback) const {
  const Json* found = Find(pointer);
  if (found == nullptr) return fallback;
  if (!found->is_boolean()) Malformed(pointer);
  return found->get<bool>();
}

std::optional<std::int64_t> DocumentReader::Number(std::string_view pointer) const {
  const Json* found = Find(pointer);
  if (found == nullptr) return std::nullopt;
  if (!found->is_number_integer()) Malformed(pointer);
  return found->get<std::int64_t>();
}

std::vector<std::string> DocumentReader::Texts(std::string_view pointer) const {
  std::vector<std::string> texts;
  const Json* found = Find(pointer);
  if (found == nullptr) return texts;
  if (!found->is_array()) Malformed(pointer);
  for (const Json& item : *found) texts.push_back(AsText(item, pointer));
  return texts;
}

Value DocumentReader::Any(std::string_view pointer) const {
  const Json* found = Find(pointer);
  if (found == nullptr) return {};
  constexpr std::size_t kAnyDepth = 4096;  // the strict reader has judged it
  Result<Value> value = Value::Parse(DumpJson(*found), kAnyDepth);
  if (!value) Malformed(pointer);
  return std::move(*value);
}

Secret DocumentReader::Opened(const std::string& pointer) const {
  const auto stored = document_.secrets.find(pointer);
  return stored == document_.secrets.end() ? Secret() : stored->second;
}

std::vector<Row> DocumentReader::Rows(std::string_view pointer) const {
  std::vector<Row> rows;
  const Json* found = Find(pointer);
  if (found == nullptr) return rows;
  if (!found->is_array()) Malformed(pointer);
  for (std::size_t i = 0; i < found->size(); ++i) {
    const Json& stored = (*found)[i];
    Row row;
    row.name = TextOf(stored, "name", pointer);
    if (row.name.empty() || !FlagOf(stored, "enabled", true, pointer)) continue;
    row.value = TextOf(stored, "value", pointer);
    row.secret = FlagOf(stored, "secret", false, pointer);
    if (!document_.secrets.empty()) OpenRow(row, ValuePointer(pointer, i));
    rows.push_back(std::move(row));
  }
  return rows;
}

void DocumentReader::OpenRow(Row& row, const std::string& pointer) const {
  const auto secret = document_.secrets.find(pointer);
  if (secret == document_.secrets.end()) return;
  row.secret = true;
  secret->second.Reveal([&](std::string_view value) { row.value = value; });
}

bool DocumentReader::IsUnopened(const std::string& pointer) const {
  return IsMask(Find(pointer)) && document_.secrets.count(pointer) == 0;
}

std::string DocumentReader::MissingSecret() const {
  const std::string client_key = "/tls/client_key_pem";
  if (IsUnopened(client_key)) return client_key;
  if (const AuthKind* kind = FindAuthKind(Text("/auth/type")); kind != nullptr) {
    for (const schema::Field& field : kind->members()->fields) {
      const std::string pointer = "/auth/" + field.name;
      if (field.secret && IsUnopened(pointer)) return pointer;
    }
  }
  for (const std::string_view list :
       {"/params", "/headers", "/cookies", "/body_fields", "/auth/authorize_params",
        "/auth/token_params", "/auth/token_headers"}) {
    const Json* rows = Find(list);
    if (rows != nullptr && !rows->is_array()) Malformed(list);
    for (std::size_t i = 0; rows != nullptr && i < rows->size(); ++i) {
      const Json& row = (*rows)[i];
      if (!IsMask(Member(row, "value")) || !IsSecretRow(row, list)) continue;
      std::string pointer = ValuePointer(list, i);
      if (document_.secrets.count(pointer) == 0) return pointer;
    }
  }
  return {};
}

}  // namespace sallyport::request
