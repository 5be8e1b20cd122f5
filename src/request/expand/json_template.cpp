// Placeholders in JSON: in a text that is sent byte for byte but for them, and in a tree.
#include <functional>

#include "request/expand/append.h"
#include "sallyport/request/expand.h"

namespace sallyport::request {
namespace {

/// Follows a JSON text piece by piece: are we inside a string?
class QuoteTracker {
 public:
  void Read(std::string_view text) {
    for (const char c : text) {
      if (escaped_) {
        escaped_ = false;
      } else if (in_quotes_ && c == '\\') {
        escaped_ = true;
      } else if (c == '"') {
        in_quotes_ = !in_quotes_;
      }
    }
  }
  [[nodiscard]] bool in_quotes() const { return in_quotes_; }

 private:
  bool in_quotes_ = false;
  bool escaped_ = false;
};

/// As the content of a string: scalars as their text, null as nothing, structures as JSON, all
/// escaped.
Result<void> AppendContent(const Placeholder& placeholder, const Scope& scope, std::string& out) {
  static constexpr PositionRules kContent{AppendJsonEscaped,
                                          [](std::string& to, std::string_view text) {
                                            AppendJsonEscaped(to, text);
                                            return std::string_view();
                                          }};
  return AppendPlaceholder(placeholder, scope, kContent, ArrayStyle::kJson, out);
}

/// As a JSON value of its own type.
Result<void> AppendTyped(const Placeholder& placeholder, const Scope& scope, std::string& out) {
  if (IsToken(placeholder) || (scope.masked && scope.IsSecret(placeholder))) {
    out += '"';
    Result<void> content = AppendContent(placeholder, scope, out);
    out += '"';
    return content;
  }
  const Value* value = scope.Find(placeholder);
  if (value == nullptr) return Missing(placeholder);
  value->AppendJson(out);
  return {};
}

}  // namespace

Result<JsonTemplate> JsonTemplate::Compile(std::string_view text) {
  Result<Template> compiled = Template::Compile(text);
  if (!compiled) return compiled.error();
  JsonTemplate result;
  result.text_ = std::move(*compiled);
  QuoteTracker quotes;
  for (const Template::Piece& piece : result.text_.pieces()) {
    result.in_quotes_.push_back(quotes.in_quotes());
    if (const auto* literal = std::get_if<std::string>(&piece)) quotes.Read(*literal);
  }
  return result;
}

Result<void> JsonTemplate::Expand(const Scope& scope, std::string& out) const {
  constexpr std::size_t kUsualBytes = 256;
  out.reserve(out.size() + kUsualBytes);
  for (std::size_t i = 0; i < text_.pieces().size(); ++i) {
    const Template::Piece& piece = text_.pieces()[i];
    if (const auto* literal = std::get_if<std::string>(&piece)) {
      out += *literal;
      continue;
    }
    const auto& placeholder = std::get<Placeholder>(piece);
    Result<void> appended = in_quotes_[i] ? AppendContent(placeholder, scope, out)
                                          : AppendTyped(placeholder, scope, out);
    if (!appended) return appended;
  }
  return {};
}

namespace {

/// Splits a tree into literal JSON and the strings that hold placeholders.
class TreeCompiler {
 public:
  TreeCompiler(std::vector<std::string>& literals, std::vector<Template>& places)
      : literals_(literals), places_(places) {
    literals_.emplace_back();
  }

  Result<void> Add(const Value& value) {
    switch (value.kind()) {
      case Value::Kind::kString:
        return AddString(value);
      case Value::Kind::kArray:
        return AddArray(value);
      case Value::Kind::kObject:
        return AddObject(value);
      default:
        value.AppendJson(literals_.back());
        return {};
    }
  }

 private:
  Result<void> AddString(const Value& value) {
    Result<Template> text = Template::Compile(value.text());
    if (!text) return text.error();
    if (text->is_literal()) {
      Value::String(text->literal()).AppendJson(literals_.back());
      return {};
    }
    places_.push_back(std::move(*text));
    literals_.emplace_back();
    return {};
  }

  Result<void> AddArray(const Value& value) {
    literals_.back() += '[';
    for (std::size_t i = 0; i < value.items().size(); ++i) {
      if (i != 0) literals_.back() += ',';
      Result<void> added = Add(value.items()[i]);
      if (!added) return added;
    }
    literals_.back() += ']';
    return {};
  }

  Result<void> AddObject(const Value& value) {
    literals_.back() += '{';
    for (std::size_t i = 0; i < value.members().size(); ++i) {
      const Value::Member& member = value.members()[i];
      literals_.back() += i == 0 ? "\"" : ",\"";
      AppendJsonEscaped(literals_.back(), member.first);
      literals_.back() += "\":";
      Result<void> added = Add(member.second);
      if (!added) return added;
    }
    literals_.back() += '}';
    return {};
  }

  std::vector<std::string>& literals_;
  std::vector<Template>& places_;
};

}  // namespace

Result<JsonTreeTemplate> JsonTreeTemplate::Compile(const Value& tree) {
  JsonTreeTemplate result;
  Result<void> added = TreeCompiler(result.literals_, result.places_).Add(tree);
  if (!added) return added.error();
  return result;
}

Result<void> JsonTreeTemplate::Expand(const Scope& scope, std::string& out) const {
  for (std::size_t i = 0; i < literals_.size(); ++i) {
    out += literals_[i];
    if (i == places_.size()) break;
    if (const Placeholder* only = places_[i].only_placeholder()) {
      Result<void> typed = AppendTyped(*only, scope, out);
      if (!typed) return typed;
      continue;
    }
    out += '"';
    for (const Template::Piece& piece : places_[i].pieces()) {
      if (const auto* literal = std::get_if<std::string>(&piece)) {
        AppendJsonEscaped(out, *literal);
        continue;
      }
      Result<void> content = AppendContent(std::get<Placeholder>(piece), scope, out);
      if (!content) return content;
    }
    out += '"';
  }
  return {};
}

std::string JsonTreeTemplate::WithStandIns() const {
  std::string text = literals_.empty() ? std::string() : literals_.front();
  for (std::size_t i = 1; i < literals_.size(); ++i) text.append("x").append(literals_[i]);
  return text;
}

void JsonTreeTemplate::ForEach(const std::function<void(const Template&)>& visit) const {
  for (const Template& place : places_) visit(place);
}

}  // namespace sallyport::request
