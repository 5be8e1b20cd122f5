// Reads what a token endpoint answers.
#include <charconv>
#include <cmath>
#include <utility>

#include "oauth/form.h"
#include "oauth/reason.h"
#include "sallyport/base/json.h"
#include "sallyport/base/strings.h"
#include "sallyport/http/field_lines.h"
#include "sallyport/oauth/token_exchange.h"

namespace sallyport::oauth {
namespace {

constexpr double kLongestLifetime = 10.0 * 365 * 86'400;

/// The value an RFC 6901 pointer leads to, or null.
const Json* Find(const Json& root, std::string_view pointer) {
  const Json* found = &root;
  while (!pointer.empty() && pointer.front() == '/') {
    pointer.remove_prefix(1);
    const std::size_t end = std::min(pointer.find('/'), pointer.size());
    const std::string name = DottedField(pointer.substr(0, end));  // one token: only unescapes
    pointer.remove_prefix(end);
    if (found->is_object()) {
      const auto member = found->find(name);
      if (member == found->end()) return nullptr;
      found = &*member;
    } else if (found->is_array()) {
      const std::optional<std::uint64_t> index = ParseUnsigned(name);
      if (!index || *index >= found->size()) return nullptr;
      found = &(*found)[static_cast<std::size_t>(*index)];
    } else {
      return nullptr;
    }
  }
  return found;
}

std::string TextAt(const Json& root, std::string_view pointer) {
  const Json* found = Find(root, pointer);
  return found != nullptr && found->is_string() ? found->get<std::string>() : std::string();
}

/// No byte that a form cannot hold: a page is no form, even if it has '&' and '=' in it.
bool MayBeForm(std::string_view text) {
  if (text.find('=') == std::string_view::npos) return false;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte >= 0x7F || c == '<' || c == '>' || c == '"') return false;
  }
  return true;
}

/// The answer as an object, whatever its media type says; nullopt for anything else.
std::optional<Json> ReadObject(std::string_view body) {
  if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
  body = Trim(body);
  if (body.starts_with('{')) {
    Result<Json> json = ParseJson(body);
    if (!json || !json->is_object()) return std::nullopt;
    return std::move(*json);
  }
  if (!MayBeForm(body)) return std::nullopt;
  return ReadForm(body);
}

struct ProviderError {
  std::vector<std::string> codes;  ///< wherever providers put them
  std::string description;
};

std::string FirstText(const Json& object, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    const auto found = object.find(name);
    if (found == object.end() || !found->is_string()) continue;
    const std::string_view text = Trim(found->get_ref<const std::string&>());
    if (!text.empty()) return std::string(text);
  }
  return {};
}

/// RFC 6749 §5.2; some providers nest: {"error":{"type","message"}}.
std::optional<ProviderError> ErrorOf(const Json& answer) {
  const auto found = answer.find("error");
  if (found == answer.end() || found->is_null() || *found == false || *found == "" || *found == 0) {
    return std::nullopt;
  }
  ProviderError error;
  const Json& source = found->is_object() ? *found : answer;
  const auto take_code = [&](std::string_view name) {
    std::string code = FirstText(source, {name});
    if (!code.empty()) error.codes.push_back(std::move(code));
  };
  if (found->is_string()) take_code("error");
  if (found->is_object()) {
    for (const std::string_view name : {"code", "error", "type", "status"}) take_code(name);
  }
  error.description = FirstText(
      source, {"error_description", "message", "error_message", "description", "error_msg"});
  return error;
}

bool IsInvalidGrant(const ProviderError& error) {
  for (const std::string& code : error.codes) {
    if (code == "invalid_grant") return true;
  }
  return false;
}

/// "" when it has no words for it.
std::string Describe(const ProviderError& error) {
  std::string text = error.codes.empty() ? std::string() : error.codes.front();
  if (!error.description.empty()) text += (text.empty() ? "" : ": ") + error.description;
  return text;
}

std::optional<std::int64_t> Seconds(const Json* value) {
  double seconds = 0;
  if (value != nullptr && value->is_number()) {
    seconds = value->get<double>();
  } else if (value != nullptr && value->is_string()) {
    const std::string_view text = Trim(value->get_ref<const std::string&>());
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  }
  if (!std::isfinite(seconds) || seconds < 1 || seconds > kLongestLifetime) return std::nullopt;
  return static_cast<std::int64_t>(seconds);
}

/// A text, or a list of texts.
std::string ScopeOf(const Json& answer) {
  const auto found = answer.find("scope");
  if (found == answer.end()) return {};
  if (found->is_string()) return found->get<std::string>();
  std::string scope;
  for (std::size_t i = 0; found->is_array() && i < found->size(); ++i) {
    if (!(*found)[i].is_string()) continue;
    if (!scope.empty()) scope += ' ';
    scope += (*found)[i].get_ref<const std::string&>();
  }
  return scope;
}

TokenAnswer Refused(std::string_view reason, const std::vector<Secret>& secrets) {
  TokenAnswer answer;
  answer.reason = CleanReason(reason, secrets);
  return answer;
}

TokenAnswer Grant(const Json& object, const request::OAuthSettings& settings, Secret access_token) {
  Granted granted;
  granted.tokens.access_token = std::move(access_token);
  granted.tokens.refresh_token = Secret(TextAt(object, settings.token_paths.refresh_token));
  granted.tokens.id_token = Secret(TextAt(object, settings.token_paths.id_token));
  granted.expires_in = Seconds(Find(object, settings.token_paths.expires_in));
  granted.scope = ScopeOf(object);
  TokenAnswer answer;
  answer.granted = std::move(granted);
  return answer;
}

TokenAnswer ReadGrant(const std::string& answered, const Json& object,
                      const request::OAuthSettings& settings) {
  std::string token = TextAt(object, settings.token_paths.access_token);
  if (token.empty()) {
    return Refused(answered + " without an access token where token_paths says", {});
  }
  if (!http::IsFieldValue(token) || Trim(token).size() != token.size()) {
    return Refused(answered + " with an access token that no header can hold", {});
  }
  return Grant(object, settings, Secret(std::move(token)));
}

}  // namespace

TokenAnswer ReadTokenAnswer(int status, std::string_view body,
                            const request::OAuthSettings& settings,
                            const std::vector<Secret>& sent) {
  const std::string answered = "the provider answered " + std::to_string(status);
  if (body.size() > kTokenAnswerBytes) return Refused(answered + " with more than 1 MiB", sent);
  const std::optional<Json> object = ReadObject(body);
  if (object) {
    if (const std::optional<ProviderError> error = ErrorOf(*object)) {
      std::vector<Secret> secrets = sent;
      for (const std::string& path :
           {settings.token_paths.access_token, settings.token_paths.refresh_token,
            settings.token_paths.id_token}) {
        secrets.emplace_back(TextAt(*object, path));
      }
      const std::string said = Describe(*error);
      TokenAnswer answer = Refused(said.empty() ? answered + " with an error" : said, secrets);
      answer.quoted = !said.empty();
      if (IsInvalidGrant(*error)) answer.refusal = Refusal::kInvalidGrant;
      return answer;
    }
  }
  if (status >= 300 && status <= 399) {
    return Refused(answered + ", a redirect, which is not followed", sent);
  }
  if (status < 200 || status > 299) return Refused(answered, sent);
  if (!object) return Refused(answered + " with neither JSON nor a form", sent);
  return ReadGrant(answered, *object, settings);
}

}  // namespace sallyport::oauth
