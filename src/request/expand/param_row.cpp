// Rows of query parameters: one template row becomes none, one or, for arrays, several parameters.
#include <functional>
#include <utility>

#include "request/expand/append.h"
#include "sallyport/http/url.h"
#include "sallyport/request/expand.h"

namespace sallyport::request {
namespace {

constexpr std::string_view kEncodedBrackets = "%5B%5D";

void StartParam(std::string& query, std::string_view encoded_name) {
  if (!query.empty()) query += '&';
  query.append(encoded_name).append("=");
}

/// The items of an array, each as a parameter of its own.
Result<void> AppendItems(std::string_view encoded_name, const Placeholder& placeholder,
                         const Value& array, std::string& query) {
  for (const Value& item : array.items()) {
    StartParam(query, encoded_name);
    Result<void> appended =
        AppendText(placeholder, TextOf(item, ArrayStyle::kJson), RulesOf(Position::kParam), query);
    if (!appended) return appended;
  }
  return {};
}

/// A parameter whose value is exactly one placeholder.
Result<void> AppendParam(std::string encoded_name, const Placeholder& placeholder,
                         const Scope& scope, ArrayStyle arrays, std::string& query) {
  const Value* value = IsToken(placeholder) ? nullptr : scope.Find(placeholder);
  const bool is_array = value != nullptr && value->kind() == Value::Kind::kArray;
  if (is_array && value->items().empty()) return {};
  if (is_array && arrays == ArrayStyle::kBrackets) encoded_name += kEncodedBrackets;
  const bool repeats = arrays == ArrayStyle::kRepeat || arrays == ArrayStyle::kBrackets;
  const bool masked = scope.masked && scope.IsSecret(placeholder);
  if (is_array && repeats && !masked) return AppendItems(encoded_name, placeholder, *value, query);
  StartParam(query, encoded_name);
  return AppendPlaceholder(placeholder, scope, RulesOf(Position::kParam), arrays, query);
}

/// What stands between two '&' of a query.
struct Piece {
  std::vector<Template::Piece> name, value;
  bool has_value = false;
};

/// Adds literal text without '&' to a piece; its first '=' divides name and value.
void AddText(Piece& piece, std::string_view text) {
  const std::size_t equals = piece.has_value ? std::string_view::npos : text.find('=');
  if (equals == std::string_view::npos) {
    if (!text.empty()) (piece.has_value ? piece.value : piece.name).emplace_back(std::string(text));
    return;
  }
  if (equals != 0) piece.name.emplace_back(std::string(text.substr(0, equals)));
  piece.has_value = true;
  if (equals + 1 < text.size()) piece.value.emplace_back(std::string(text.substr(equals + 1)));
}

struct RowStyle {
  ArrayStyle arrays;
  bool omit_empty;
};

/// `value` null: a name alone. Nothing for what is left out.
Result<void> ExpandPiece(const Template& name, const Template* value, const Scope& scope,
                         RowStyle style, std::string& out) {
  if (value != nullptr && LeavesOut(*value, scope, style.omit_empty)) return {};
  std::string encoded_name;
  Result<void> named = Expand(name, scope, Position::kQuery, style.arrays, encoded_name);
  if (!named) return named;
  if (value == nullptr) {
    out = std::move(encoded_name);
    return {};
  }
  if (const Placeholder* only = value->only_placeholder()) {
    return AppendParam(std::move(encoded_name), *only, scope, style.arrays, out);
  }
  StartParam(out, encoded_name);
  return Expand(*value, scope, Position::kQuery, style.arrays, out);
}

std::vector<Piece> SplitPieces(const Template& text) {
  std::vector<Piece> pieces(1);
  for (const Template::Piece& part : text.pieces()) {
    const auto* literal = std::get_if<std::string>(&part);
    if (literal == nullptr) {
      (pieces.back().has_value ? pieces.back().value : pieces.back().name).push_back(part);
      continue;
    }
    std::string_view rest = *literal;
    for (std::size_t mark = rest.find('&'); mark != std::string_view::npos; mark = rest.find('&')) {
      AddText(pieces.back(), rest.substr(0, mark));
      pieces.emplace_back();
      rest.remove_prefix(mark + 1);
    }
    AddText(pieces.back(), rest);
  }
  return pieces;
}

}  // namespace

void SetName(TemplateRow& row, Template name) {
  if (name.is_literal()) {
    row.name = name.literal();
  } else {
    row.name_template = std::make_shared<const Template>(std::move(name));
  }
}

Result<std::string> ExpandName(const TemplateRow& row, const Scope& scope) {
  if (!row.name_template) return row.name;
  std::string name;  // percent-encoded as a whole it is what Position::kParam writes
  Result<void> done = Expand(*row.name_template, scope, Position::kRaw, ArrayStyle::kJson, name);
  if (!done) return done.error();
  return name;
}

bool LeavesOut(const Template& value, const Scope& scope, bool omit_empty) {
  const Placeholder* only = value.only_placeholder();
  if (only == nullptr || IsToken(*only)) return false;
  const Value* found = scope.Find(*only);
  if (found == nullptr) return false;  // an error of its own, when it is expanded
  return found->is_null() ||
         (omit_empty && found->kind() == Value::Kind::kString && found->text().empty());
}

Result<void> ExpandParamRow(const TemplateRow& row, const Scope& scope, ArrayStyle arrays,
                            bool omit_empty, std::string& query) {
  if (LeavesOut(row.value, scope, omit_empty)) return {};
  std::string name;
  if (row.name_template) {
    Result<void> named = Expand(*row.name_template, scope, Position::kParam, arrays, name);
    if (!named) return named;
    if (name.empty()) return {};
  } else {
    name = http::PercentEncode(row.name);
  }
  if (const Placeholder* only = row.value.only_placeholder())
    return AppendParam(std::move(name), *only, scope, arrays, query);
  StartParam(query, name);
  return Expand(row.value, scope, Position::kParam, arrays, query);
}

Result<void> ExpandQuery(const Template& text, const Scope& scope, ArrayStyle arrays,
                         bool omit_empty, std::string& query) {
  std::string joined;
  bool first = true;
  for (Piece& piece : SplitPieces(text)) {
    std::string expanded;
    const Template value(std::move(piece.value));
    const bool was_empty = piece.name.empty() && !piece.has_value;
    Result<void> done =
        ExpandPiece(Template(std::move(piece.name)), piece.has_value ? &value : nullptr, scope,
                    {arrays, omit_empty}, expanded);
    if (!done) return done;
    if (expanded.empty() && !was_empty) continue;
    if (!first) joined += '&';
    first = false;
    joined += expanded;
  }
  if (!query.empty() && !joined.empty()) query += '&';
  query += joined;
  return {};
}

}  // namespace sallyport::request
