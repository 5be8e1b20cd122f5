#include "sallyport/request/value.h"

#include <array>
#include <cstdint>

#include "sallyport/base/json_scan.h"
#include "sallyport/base/strings.h"

namespace sallyport::request {
namespace {

/// The letter of the short escape (RFC 8259 §7), 0 without one.
char EscapeLetter(char c) {
  switch (c) {
    case '"':
    case '\\':
      return c;
    case '\b':
      return 'b';
    case '\f':
      return 'f';
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    default:
      return 0;
  }
}

void AppendEscape(std::string& out, char c) {
  if (const char letter = EscapeLetter(c); letter != 0) {
    const std::array<char, 2> escape{'\\', letter};
    out.append(escape.data(), escape.size());
    return;
  }
  constexpr std::string_view kHex = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  out.append("\\u00").append(1, kHex[byte >> 4]).append(1, kHex[byte & 0x0F]);
}

}  // namespace

Value Value::Boolean(bool value) {
  Value result;
  result.kind_ = Kind::kBoolean;
  result.text_ = value ? "true" : "false";
  return result;
}

Value Value::Number(std::string spelling) {
  Value result;
  result.kind_ = Kind::kNumber;
  result.text_ = std::move(spelling);
  return result;
}

Value Value::String(std::string text) {
  Value result;
  result.kind_ = Kind::kString;
  result.text_ = std::move(text);
  return result;
}

Value Value::Array(std::vector<Value> items) {
  Value result;
  result.kind_ = Kind::kArray;
  result.items_ = std::move(items);
  return result;
}

Value Value::Object(std::vector<Member> members) {
  Value result;
  result.kind_ = Kind::kObject;
  result.members_ = std::move(members);
  return result;
}

const Value* Value::Find(std::string_view key) const {
  if (kind_ == Kind::kArray) {
    const auto index = ParseUnsigned(key);
    return index && *index < items_.size() ? &items_[static_cast<std::size_t>(*index)] : nullptr;
  }
  for (const Member& member : members_) {
    if (member.first == key) return &member.second;
  }
  return nullptr;
}

void AppendJsonEscaped(std::string& out, std::string_view text) {
  for (;;) {
    const std::size_t plain = PlainJsonPrefix(text);
    out.append(text, 0, plain);
    if (plain == text.size()) return;
    AppendEscape(out, text[plain]);
    text.remove_prefix(plain + 1);
  }
}

void Value::AppendJson(std::string& out) const {
  switch (kind_) {
    case Kind::kNull:
      out += "null";
      return;
    case Kind::kBoolean:
    case Kind::kNumber:
      out += text_;
      return;
    case Kind::kString:
      out += '"';
      AppendJsonEscaped(out, text_);
      out += '"';
      return;
    case Kind::kArray:
      out += '[';
      for (std::size_t i = 0; i < items_.size(); ++i) {
        if (i != 0) out += ',';
        items_[i].AppendJson(out);
      }
      out += ']';
      return;
    case Kind::kObject:
      out += '{';
      for (std::size_t i = 0; i < members_.size(); ++i) {
        out += i == 0 ? "\"" : ",\"";
        AppendJsonEscaped(out, members_[i].first);
        out += "\":";
        members_[i].second.AppendJson(out);
      }
      out += '}';
  }
}

std::string Value::ToJson() const {
  std::string json;
  AppendJson(json);
  return json;
}

std::string_view ToString(Value::Kind kind) {
  switch (kind) {
    case Value::Kind::kNull:
      return "null";
    case Value::Kind::kBoolean:
      return "boolean";
    case Value::Kind::kNumber:
      return "number";
    case Value::Kind::kString:
      return "string";
    case Value::Kind::kArray:
      return "array";
    case Value::Kind::kObject:
      return "object";
  }
  return "";
}

}  // namespace sallyport::request
