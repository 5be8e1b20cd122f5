#include "sallyport/request/answer_fields.h"

#include <algorithm>
#include <cassert>

#include "request/http_names.h"
#include "sallyport/base/strings.h"
#include "sallyport/http/cookie.h"
#include "sallyport/http/url.h"

namespace sallyport::request {
namespace {

bool IsSecret(std::string_view value, const std::vector<std::string>& secrets) {
  return std::any_of(secrets.begin(), secrets.end(), [&](const std::string& secret) {
    return !secret.empty() &&
           (http::PercentDecode(value) == secret || http::FormDecode(value) == secret);
  });
}

std::string WithoutSecrets(std::string_view location, const std::vector<std::string>& secrets) {
  const std::size_t hash = std::min(location.find('#'), location.size());
  const std::size_t mark = location.substr(0, hash).find('?');
  if (secrets.empty() || mark == std::string_view::npos) return std::string(location);
  std::string cleaned(location.substr(0, mark));
  char separator = '?';
  for (const http::QueryPiece& piece :
       http::SplitQuery(location.substr(mark + 1, hash - mark - 1))) {
    if (IsSecret(piece.value, secrets)) continue;
    cleaned += separator;
    cleaned += piece.raw;
    separator = '&';
  }
  return cleaned.append(location.substr(hash));
}

/// The judge of heads admitted these bytes.
void AddJudged(http::FieldLines& fields, std::string_view name, std::string_view value) {
  [[maybe_unused]] const Result<void> added = fields.Add(name, value);
  assert(added);
}

}  // namespace

bool MayKeepSetCookie(const CompiledResource& resource, std::string_view value) {
  const std::string_view name = http::SetCookieName(value);
  return Contains(resource.forward_cookies, name) && !IsGatewayCookie(name);
}

std::vector<std::pair<std::string, std::string>> EnvelopeFields(
    const CompiledResource& resource, const http::ResponseHead& head,
    const std::vector<std::string>& secrets) {
  const std::vector<std::string> named = ConnectionNames(head.fields);
  std::vector<std::pair<std::string, std::string>> kept;
  kept.reserve(head.fields.size());
  for (const http::FieldView& field : head.fields) {
    const FoldedName name(field.name);
    const std::string_view folded = name.view();
    if (http::IsHopByHop(field.name) || Contains(named, folded) || folded == "set-cookie2") {
      continue;
    }
    if (folded == "set-cookie" && !MayKeepSetCookie(resource, field.value)) continue;
    std::string value =
        folded == "location" ? WithoutSecrets(field.value, secrets) : std::string(field.value);
    kept.emplace_back(field.name, std::move(value));
  }
  return kept;
}

http::FieldLines RawFields(const CompiledResource& resource, const http::ResponseHead& head,
                           const std::vector<std::string>& secrets) {
  http::FieldLines kept;
  for (const auto& [name, value] : EnvelopeFields(resource, head, secrets)) {
    if (!IsWithheldFromCaller(FoldName(name))) AddJudged(kept, name, value);
  }
  return kept;
}

}  // namespace sallyport::request
