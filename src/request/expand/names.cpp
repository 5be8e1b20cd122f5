// Names that lead nowhere: found when a template is saved if they can be, else before a call is
// sent, all at once.
#include <algorithm>
#include <utility>

#include "request/expand/append.h"
#include "request/quoted_names.h"
#include "sallyport/base/strings.h"
#include "sallyport/request/expand.h"

namespace sallyport::request {
namespace {

/// What is missing beyond these is not told: a call may lack as many names as its query has.
bool AddOnce(std::vector<std::string>& names, std::string name) {
  if (names.size() >= kMostViolations) return false;
  if (std::find(names.begin(), names.end(), name) != names.end()) return false;
  names.push_back(std::move(name));
  return true;
}

/// "user.id" as the end user's, who is no param.
std::string PointerTo(std::string_view front, std::string_view name) {
  std::string pointer(front);
  for (const std::string_view part : Split(name, '.')) pointer += "/" + EscapePointerToken(part);
  return pointer;
}

std::string_view MissingOfUser(bool has_user) {
  return has_user ? "the end user of this call has none"
                  : "the end user of this call has none, or the call acts for nobody";
}

/// A user who is there can lack attributes only.
std::string_view HintForUser(bool has_user) {
  return has_user ? "attributes are those of the user's session (POST /api/v1/sessions); a user "
                    "named by Sallyport-User has none"
                  : "run it with the session of an end user, or send Sallyport-User with a key "
                    "that may act for users";
}

Error MissingError(const MissingNames& missing) {
  std::vector<std::string> names = missing.params;
  std::vector<Violation> violations;
  for (const std::string& name : missing.params)
    violations.push_back({PointerTo("/params", name), "required", "a value is required"});
  for (const std::string& name : missing.user) {
    names.push_back(name);
    violations.push_back(
        {PointerTo("", name), "required", std::string(MissingOfUser(missing.has_user))});
  }
  Error error =
      Error(ErrorKind::kMissingParameter, ErrorSource::kCaller,
            QuotedNames(names) + (names.size() == 1 ? " has no value" : " have no values"))
          .WithViolations(std::move(violations));
  if (missing.user.empty()) return error;
  return std::move(error).WithHint(std::string(HintForUser(missing.has_user)));
}

Error UnknownError(const std::vector<std::string>& names, const std::vector<std::string>& members) {
  std::vector<Violation> violations;
  for (std::size_t i = 0; i < names.size(); ++i) {
    violations.push_back({i < members.size() ? members[i] : "", "unknown_placeholder",
                          "\"{{ " + names[i] + " }}\": the resource has no such variable"});
  }
  return Error(ErrorKind::kUnknownPlaceholder, ErrorSource::kCaller,
               "the resource has no variable for " + QuotedNames(names))
      .WithViolations(std::move(violations));
}

/// A caller's session may have any attribute; nothing else is known of a user.
bool IsUserMember(const std::vector<std::string>& path) {
  return path.front() == "id" ? path.size() == 1 : path.front() == "attributes";
}

std::string UnknownVariable(const Placeholder& placeholder, const Value& vars) {
  std::vector<std::string_view> known;
  for (const Value::Member& member : vars.members()) known.push_back(member.first);
  const std::string_view nearest = Nearest(placeholder.path.front(), known);
  std::string text = "\"{{ " + placeholder.Name() + " }}\": the resource has no such variable";
  if (!nearest.empty()) text += "; did you mean {{ vars." + std::string(nearest) + " }}?";
  return text;
}

/// "" when a call may give it a value.
std::string Complaint(const Placeholder& placeholder, const KnownNames& known) {
  Scope scope;
  scope.vars = known.vars;
  switch (placeholder.root) {
    case Root::kParams:
      return {};
    case Root::kVars:
      if (known.vars == nullptr || scope.Find(placeholder) != nullptr) return {};
      return UnknownVariable(placeholder, *known.vars);
    case Root::kUser:
      if (IsUserMember(placeholder.path)) return {};
      return "\"{{ " + placeholder.Name() +
             " }}\": a user has {{ user.id }} and {{ user.attributes.NAME }} only";
    case Root::kAccessToken:
    case Root::kIdToken:
      if (known.tokens) return {};
      return "\"" + placeholder.Name() + "\" needs a resource whose auth is oauth2";
  }
  return {};
}

}  // namespace

std::string PointerOf(const Placeholder& placeholder) {
  const bool is_param = placeholder.root == Root::kParams;
  return IsToken(placeholder) ? "/auth" : PointerTo(is_param ? "/params" : "", placeholder.Name());
}

Error Missing(const Placeholder& placeholder) {
  if (placeholder.root == Root::kIdToken) {
    return Error(ErrorKind::kMissingParameter, ErrorSource::kCaller,
                 "\"" + placeholder.Name() + "\" has no value: the provider gave no ID token")
        .WithHint("ask for one by the scope openid in auth.scopes, and sign in again");
  }
  if (placeholder.root == Root::kVars) return UnknownError({placeholder.Name()}, {});
  MissingNames missing;
  (placeholder.root == Root::kUser ? missing.user : missing.params).push_back(placeholder.Name());
  return MissingError(missing);
}

Result<void> MissingNames::Judge() const {
  if (!unknown.empty()) return UnknownError(unknown, unknown_at);
  if (!empty()) return MissingError(*this);
  return {};
}

void CollectMissing(const Template& text, const Scope& scope, MissingNames& names,
                    const std::string& member) {
  names.has_user = scope.user != nullptr;
  for (const Template::Piece& piece : text.pieces()) {
    const auto* placeholder = std::get_if<Placeholder>(&piece);
    if (placeholder == nullptr || IsToken(*placeholder) || scope.Find(*placeholder) != nullptr)
      continue;
    if (placeholder->root != Root::kVars) {
      AddOnce(placeholder->root == Root::kUser ? names.user : names.params, placeholder->Name());
    } else if (AddOnce(names.unknown, placeholder->Name())) {
      names.unknown_at.push_back(member);
    }
  }
}

void CheckNames(const Template& text, const KnownNames& known, const std::string& pointer,
                std::vector<Violation>& violations) {
  for (const Template::Piece& piece : text.pieces()) {
    if (violations.size() >= kMostViolations) return;
    const auto* placeholder = std::get_if<Placeholder>(&piece);
    if (placeholder == nullptr) continue;
    std::string complaint = Complaint(*placeholder, known);
    if (!complaint.empty())
      violations.push_back({pointer, "unknown_placeholder", std::move(complaint)});
  }
}

Result<Template> FoldVariables(const Template& text, const Value& vars, Position position) {
  Scope scope;
  scope.vars = &vars;
  std::vector<Template::Piece> pieces;
  for (const Template::Piece& piece : text.pieces()) {
    const auto* placeholder = std::get_if<Placeholder>(&piece);
    const Value* value = placeholder == nullptr || placeholder->root != Root::kVars
                             ? nullptr
                             : scope.Find(*placeholder);
    if (value == nullptr || value->is_null() || IsStructure(*value)) {
      pieces.push_back(piece);
      continue;
    }
    std::string folded;
    Result<void> judged = AppendText(*placeholder, value->text(), RulesOf(position), folded);
    if (!judged) return judged.error();
    // Only where text of a template is kept as it stands does it stand there encoded already.
    const PositionRules& rules = RulesOf(position);
    pieces.emplace_back(rules.keeps_text ? std::move(folded) : value->text());
  }
  return Template(std::move(pieces));
}

}  // namespace sallyport::request
