#include "request/document_reader.h"

#include <stdexcept>

namespace sallyport::request {
namespace {

[[noreturn]] void Malformed(const std::string& pointer) {
  throw std::runtime_error("stored resource: " + pointer + " has a wrong type");
}

const std::string& AsText(const Json& value, const std::string& pointer) {
  if (!value.is_string()) Malformed(pointer);
  return value.get_ref<const std::string&>();
}

}  // namespace

const Json* DocumentReader::Find(const std::string& pointer) const {
  const Json::json_pointer where(pointer);
  if (!document_.body.contains(where)) return nullptr;
  const Json& found = document_.body.at(where);
  return found.is_null() ? nullptr : &found;
}

std::string DocumentReader::Text(const std::string& pointer) const {
  const Json* found = Find(pointer);
  return found == nullptr ? std::string() : AsText(*found, pointer);
}

bool DocumentReader::Flag(const std::string& pointer, bool fallback) const {
  const Json* found = Find(pointer);
  if (found == nullptr) return fallback;
  if (!found->is_boolean()) Malformed(pointer);
  return found->get<bool>();
}

std::optional<std::int64_t> DocumentReader::Number(const std::string& pointer) const {
  const Json* found = Find(pointer);
  if (found == nullptr) return std::nullopt;
  if (!found->is_number_integer()) Malformed(pointer);
  return found->get<std::int64_t>();
}

std::vector<std::string> DocumentReader::Texts(const std::string& pointer) const {
  std::vector<std::string> texts;
  const Json* found = Find(pointer);
  if (found == nullptr) return texts;
  if (!found->is_array()) Malformed(pointer);
  for (const Json& item : *found) texts.push_back(AsText(item, pointer));
  return texts;
}

Secret DocumentReader::Opened(const std::string& pointer) const {
  const auto stored = document_.secrets.find(pointer);
  return stored == document_.secrets.end() ? Secret() : stored->second;
}

std::vector<Row> DocumentReader::Rows(const std::string& pointer) const {
  std::vector<Row> rows;
  const Json* found = Find(pointer);
  if (found == nullptr) return rows;
  if (!found->is_array()) Malformed(pointer);
  for (std::size_t i = 0; i < found->size(); ++i) {
    const std::string at = pointer + "/" + std::to_string(i);
    Row row;
    row.name = Text(at + "/name");
    if (row.name.empty() || !Flag(at + "/enabled", true)) continue;
    const auto stored = document_.secrets.find(at + "/value");
    row.secret = stored != document_.secrets.end() || Flag(at + "/secret", false);
    if (stored != document_.secrets.end()) {
      stored->second.Reveal([&](std::string_view value) { row.value = value; });
    } else {
      row.value = Text(at + "/value");
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

bool DocumentReader::IsUnopened(const std::string& pointer) const {
  const Json* found = Find(pointer);
  return found != nullptr && found->is_string() &&
         found->get_ref<const std::string&>() == store::kMask &&
         document_.secrets.count(pointer) == 0;
}

std::string DocumentReader::MissingSecret() const {
  if (IsUnopened("/tls/client_key_pem")) return "/tls/client_key_pem";
  if (const Json* auth = Find("/auth"); auth != nullptr && auth->is_object()) {
    for (const auto& [name, value] : auth->items()) {
      const std::string pointer = "/auth/" + EscapePointerToken(name);
      if (IsUnopened(pointer)) return pointer;
    }
  }
  for (const std::string list : {"/params", "/headers", "/cookies", "/body_fields"}) {
    const Json* rows = Find(list);
    for (std::size_t i = 0; rows != nullptr && i < rows->size(); ++i) {
      const std::string pointer = list + "/" + std::to_string(i) + "/value";
      if (IsUnopened(pointer)) return pointer;
    }
  }
  return {};
}

}  // namespace sallyport::request
