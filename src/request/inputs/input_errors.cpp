#include "request/inputs/input_errors.h"

#include <algorithm>

#include "request/quoted_names.h"
#include "sallyport/base/json.h"
#include "sallyport/base/strings.h"

namespace sallyport::request {
namespace {

/// "id" is ...; "id", "name" are ...
std::string Sentence(const std::vector<std::string>& names, std::string_view one,
                     std::string_view many) {
  return QuotedNames(names) + " " + std::string(names.size() == 1 ? one : many);
}

/// What only the query's author can help with; "" when there is nothing.
std::string DeclareHint(const InputRules& rules, std::vector<std::string> names) {
  std::erase_if(names, [&](const std::string& name) { return !FindUndeclared(rules, name); });
  if (names.empty()) return {};
  return "declare " + QuotedNames(names) +
         " in inputs: the resource needs it, and a query that declares inputs takes no others";
}

/// "did you mean ..." for each that has a near one; else all that there is.
std::string KnownHint(const InputRules& rules, const std::vector<std::string>& names) {
  std::vector<std::string_view> known;
  for (const Input& input : rules.declared) known.push_back(input.name);
  std::string hint;
  for (const std::string& name : names) {
    const std::string_view nearest = Nearest(name, known);
    if (nearest.empty()) continue;
    if (!hint.empty()) hint += "; ";
    hint += "did you mean \"" + std::string(nearest) + "\" instead of \"" + name + "\"?";
  }
  if (!hint.empty()) return hint;
  hint = "the query takes";
  for (std::size_t i = 0; i < known.size(); ++i)
    hint.append(i == 0 ? " \"" : ", \"").append(known[i]).append("\"");
  return hint;
}

std::string_view FrontOf(std::string_view dotted) { return dotted.substr(0, dotted.find('.')); }

void Append(Flaws& flaws, const MissingNames& others, const std::vector<Violation>& told) {
  flaws.violations.insert(flaws.violations.end(), told.begin(), told.end());
  flaws.names.insert(flaws.names.end(), others.params.begin(), others.params.end());
  flaws.names.insert(flaws.names.end(), others.user.begin(), others.user.end());
}

}  // namespace

void Flaws::Add(std::string_view name, std::string_view code, std::string message) {
  names.emplace_back(name);
  violations.push_back(
      {"/params/" + EscapePointerToken(name), std::string(code), std::move(message)});
}

const UndeclaredParam* FindUndeclared(const InputRules& rules, std::string_view name) {
  const auto found = std::find_if(rules.undeclared.begin(), rules.undeclared.end(),
                                  [&](const UndeclaredParam& param) { return param.name == name; });
  return found == rules.undeclared.end() ? nullptr : &*found;
}

std::string WhyUndeclared(const UndeclaredParam& param) {
  return "is used by the resource's " + param.member + " and is no input of this query";
}

MissingNames Beside(MissingNames others, const Flaws& missing, const Flaws& invalid) {
  std::erase_if(others.params, [&](const std::string& name) {
    return Contains(missing.names, FrontOf(name)) || Contains(invalid.names, FrontOf(name));
  });
  others.unknown.clear();  // told when nothing lacks any more
  return others;
}

Error UnknownError(const InputRules& rules, Flaws flaws) {
  std::string hint = DeclareHint(rules, flaws.names);
  if (hint.empty()) hint = KnownHint(rules, flaws.names);
  std::string message =
      Sentence(flaws.names, "is not an input of this query", "are no inputs of this query");
  return Error(ErrorKind::kUnknownParameter, ErrorSource::kCaller, std::move(message))
      .WithHint(std::move(hint))
      .WithViolations(std::move(flaws.violations));
}

Error MissingError(const InputRules& rules, Flaws flaws, const MissingNames& others) {
  std::string hint = DeclareHint(rules, flaws.names);
  if (const Result<void> more = others.Judge(); !more) {
    Append(flaws, others, more.error().violations());
    const std::string& other_hint = more.error().hint();
    hint += (hint.empty() || other_hint.empty() ? "" : "; ") + other_hint;
  }
  std::string message = Sentence(flaws.names, "is required, and null is no value",
                                 "are required, and null is no value");
  return Error(ErrorKind::kMissingParameter, ErrorSource::kCaller, std::move(message))
      .WithHint(std::move(hint))
      .WithViolations(std::move(flaws.violations));
}

Error InvalidError(Flaws flaws) {
  std::string message;
  for (std::size_t i = 0; i < flaws.names.size(); ++i) {
    if (i != 0) message += "; ";
    message += "\"" + flaws.names[i] + "\" " + flaws.violations[i].message;
  }
  return Error(ErrorKind::kInvalidParameter, ErrorSource::kCaller, std::move(message))
      .WithViolations(std::move(flaws.violations));
}

}  // namespace sallyport::request
