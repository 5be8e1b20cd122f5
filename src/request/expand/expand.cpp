#include "sallyport/request/expand.h"

#include <algorithm>

#include "request/expand/append.h"

namespace sallyport::request {
namespace {

Error About(ErrorKind kind, const Placeholder& placeholder, std::string_view what) {
  const std::string name = placeholder.Name();
  return Error(kind, ErrorSource::kCaller, "the value of \"" + name + "\" " + std::string(what))
      .WithViolation({PointerOf(placeholder),
                      std::string(kind == ErrorKind::kUnsafeValue ? "unsafe" : "type"),
                      "the value " + std::string(what)});
}

}  // namespace

bool IsStructure(const Value& value) {
  return value.kind() == Value::Kind::kArray || value.kind() == Value::Kind::kObject;
}

bool IsToken(const Placeholder& placeholder) {
  return placeholder.root == Root::kAccessToken || placeholder.root == Root::kIdToken;
}

const Secret* TokenOf(const Placeholder& placeholder, const Scope& scope) {
  const Secret* token = nullptr;
  if (placeholder.root == Root::kAccessToken) token = scope.access_token;
  if (placeholder.root == Root::kIdToken) token = scope.id_token;
  return token == nullptr || token->empty() ? nullptr : token;
}

std::string TextOf(const Value& value, ArrayStyle arrays) {
  if (value.kind() == Value::Kind::kObject) return value.ToJson();
  if (value.kind() != Value::Kind::kArray) return value.text();
  if (arrays != ArrayStyle::kComma) return value.ToJson();
  std::string joined;
  for (std::size_t i = 0; i < value.items().size(); ++i) {
    if (i != 0) joined += ',';
    joined += TextOf(value.items()[i], ArrayStyle::kJson);
  }
  return joined;
}

Result<void> AppendText(const Placeholder& placeholder, std::string_view text,
                        const PositionRules& rules, std::string& out) {
  const std::string_view complaint = rules.value(out, text);
  if (!complaint.empty()) return About(ErrorKind::kUnsafeValue, placeholder, complaint);
  return {};
}

Result<void> AppendPlaceholder(const Placeholder& placeholder, const Scope& scope,
                               const PositionRules& rules, ArrayStyle arrays, std::string& out) {
  const bool masked = scope.masked && scope.IsSecret(placeholder);
  if (IsToken(placeholder)) {
    if (masked) {
      out += kMaskedText;
      return {};
    }
    const Secret* token = TokenOf(placeholder, scope);
    if (token == nullptr) return Missing(placeholder);
    return token->Reveal(
        [&](std::string_view bytes) { return AppendText(placeholder, bytes, rules, out); });
  }
  const Value* value = scope.Find(placeholder);
  if (value == nullptr) return Missing(placeholder);
  if (IsStructure(*value) && !rules.takes_structures) {
    return About(ErrorKind::kInvalidParameter, placeholder,
                 "is an " + std::string(ToString(value->kind())) +
                     "; a string, number or boolean is needed here");
  }
  if (!masked) return AppendText(placeholder, TextOf(*value, arrays), rules, out);
  out += kMaskedText;
  return {};
}

bool Scope::IsSecret(const Placeholder& placeholder) const {
  if (IsToken(placeholder)) return true;
  return placeholder.root == Root::kParams && secrets != nullptr &&
         std::find(secrets->begin(), secrets->end(), placeholder.path.front()) != secrets->end();
}

bool HoldsSecret(const Template& text, const Scope& scope) {
  return std::any_of(text.pieces().begin(), text.pieces().end(), [&](const Template::Piece& piece) {
    const auto* placeholder = std::get_if<Placeholder>(&piece);
    return placeholder != nullptr && scope.IsSecret(*placeholder);
  });
}

const Value* Scope::Find(const Placeholder& placeholder) const {
  const Value* value = placeholder.root == Root::kUser   ? user
                       : placeholder.root == Root::kVars ? vars
                                                         : params;
  for (std::size_t depth = 0; depth < placeholder.path.size(); ++depth) {
    if (value == nullptr) return nullptr;
    if (depth == 1 && placeholder.root == Root::kParams && value->is_null()) return value;
    value = value->Find(placeholder.path[depth]);
  }
  return value;
}

Value UserValue(std::string_view id, const Json& attributes) {
  Value members = Value::Object({});
  if (attributes.is_object()) {
    // What a session stores has passed the strict reader, which a depth this large never fails.
    constexpr std::size_t kAnyDepth = 4096;
    Result<Value> parsed = Value::Parse(DumpJson(attributes), kAnyDepth);
    if (parsed) members = std::move(*parsed);
  }
  return Value::Object(
      {{"id", Value::String(std::string(id))}, {"attributes", std::move(members)}});
}

Result<void> Expand(const Template& text, const Scope& scope, Position position, ArrayStyle arrays,
                    std::string& out) {
  const PositionRules& rules = RulesOf(position);
  for (const Template::Piece& piece : text.pieces()) {
    if (const auto* literal = std::get_if<std::string>(&piece)) {
      rules.literal(out, *literal);
      continue;
    }
    Result<void> appended =
        AppendPlaceholder(std::get<Placeholder>(piece), scope, rules, arrays, out);
    if (!appended) return appended;
  }
  return {};
}

}  // namespace sallyport::request
