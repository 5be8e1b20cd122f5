#include "sallyport/request/oauth_settings.h"

#include <algorithm>

#include "request/auth/members.h"
#include "sallyport/base/encoding.h"
#include "sallyport/crypto/digest.h"
#include "sallyport/request/credential.h"

namespace sallyport::request {
namespace {

using auth::Text;

const Json* Member(const Json& object, std::string_view name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

bool Flag(const Json& object, std::string_view name, bool fallback) {
  const Json* found = Member(object, name);
  return found != nullptr && found->is_boolean() ? found->get<bool>() : fallback;
}

std::optional<std::int64_t> Number(const Json& object, std::string_view name) {
  const Json* found = Member(object, name);
  if (found == nullptr || !found->is_number_integer()) return std::nullopt;
  return found->get<std::int64_t>();
}

template <typename Item>
std::vector<Item> List(const Json& object, std::string_view name) {
  std::vector<Item> items;
  if (const Json* found = Member(object, name); found != nullptr && found->is_array()) {
    for (const Json& item : *found) items.push_back(item.get<Item>());
  }
  return items;
}

std::vector<ExtraRow> Rows(const Json& auth, const store::Secrets& secrets,
                           const std::string& name) {
  std::vector<ExtraRow> rows;
  const Json* list = Member(auth, name);
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
    const Json& stored = (*list)[i];
    ExtraRow row{Text(stored, "name"), Text(stored, "value"), Flag(stored, "secret", false)};
    if (row.name.empty() || !Flag(stored, "enabled", true)) continue;
    const auto secret = secrets.find("/auth/" + name + "/" + std::to_string(i) + "/value");
    if (secret != secrets.end()) {
      row.secret = true;
      secret->second.Reveal([&](std::string_view value) { row.value = value; });
    } else if (row.secret && row.value == store::kMask) {
      row.value.clear();  // the mask only says that something is stored: it is never a value
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

TokenPaths ReadPaths(const Json& auth, TokenPaths paths) {
  const Json* stored = Member(auth, "token_paths");
  if (stored == nullptr) return paths;
  const auto take = [&](std::string_view name, std::string& path) {
    std::string text = Text(*stored, name);
    if (!text.empty()) path = std::move(text);
  };
  take("access_token", paths.access_token);
  take("refresh_token", paths.refresh_token);
  take("expires_in", paths.expires_in);
  take("id_token", paths.id_token);
  return paths;
}

void ReadChoices(const Json& auth, OAuthSettings& settings) {
  if (Text(auth, "grant") == "client_credentials") settings.grant = Grant::kClientCredentials;
  const std::string client_auth = Text(auth, "client_auth");
  if (client_auth == "post") settings.client_auth = ClientAuth::kPost;
  if (client_auth == "none") settings.client_auth = ClientAuth::kNone;
  const std::string owner = Text(auth, "credentials");
  if (owner == "per_user") settings.owner = TokenOwner::kPerUser;
  if (owner == "shared") settings.owner = TokenOwner::kShared;
  const std::string attach = Text(auth, "attach");
  if (attach == "header") settings.attach = Attach::kHeader;
  if (attach == "placeholder") settings.attach = Attach::kPlaceholder;
  settings.json_token_request = Text(auth, "token_request") == "json";
}

/// A digest over what tokens are issued under, each part with its length before it, so that no two
/// settings differ and look alike. The client's secret is not in it: the fingerprint is stored, and
/// a digest of a weak secret can be guessed. A new secret drops the tokens when it is written.
std::string Fingerprint(const OAuthSettings& settings) {
  std::string text = "oauth2";
  const auto append = [&](std::string_view part) {
    text += std::to_string(part.size());
    text += ':';
    text += part;
  };
  append(settings.client_id);
  append(settings.token_url);
  append(settings.authorization_url);
  append(settings.issuer);
  for (const std::string& scope : settings.scopes) append(scope);
  const auto digest = crypto::Sha256(text);
  return HexEncode({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

}  // namespace

bool OAuthSettings::IsUnauthorized(int status) const {
  return std::find(unauthorized_statuses.begin(), unauthorized_statuses.end(), status) !=
         unauthorized_statuses.end();
}

std::string OAuthSettings::Scope() const {
  std::string joined;
  for (const std::string& scope : scopes) {
    if (&scope != &scopes.front()) joined += scope_separator;
    joined += scope;
  }
  return joined;
}

std::shared_ptr<const OAuthSettings> ReadOAuthSettings(const Json& auth,
                                                       const store::Secrets& secrets) {
  auto settings = std::make_shared<OAuthSettings>();
  ReadChoices(auth, *settings);
  settings->authorization_url = Text(auth, "authorization_url");
  settings->token_url = Text(auth, "token_url");
  settings->revocation_url = Text(auth, "revocation_url");
  settings->issuer = Text(auth, "issuer");
  settings->client_id = Text(auth, "client_id");
  settings->client_secret = auth::SecretText(auth, secrets, "client_secret");
  settings->scopes = List<std::string>(auth, "scopes");
  if (Member(auth, "scope_separator") != nullptr) {
    settings->scope_separator = Text(auth, "scope_separator");
  }
  settings->pkce = Flag(auth, "pkce", true);
  settings->audience = Text(auth, "audience");
  settings->resource = Text(auth, "resource");
  settings->authorize_params = Rows(auth, secrets, "authorize_params");
  settings->token_params = Rows(auth, secrets, "token_params");
  settings->token_headers = Rows(auth, secrets, "token_headers");
  settings->token_paths = ReadPaths(auth, std::move(settings->token_paths));
  settings->lifetime_seconds = Number(auth, "access_token_lifetime_seconds");
  settings->refresh_before_seconds = Number(auth, "refresh_before_seconds").value_or(60);
  settings->unauthorized_statuses = List<int>(auth, "unauthorized_statuses");
  settings->fingerprint = Fingerprint(*settings);
  return settings;
}

bool SendsTokenHeader(Attach attach, bool has_placeholders) {
  switch (attach) {
    case Attach::kHeader:
      return true;
    case Attach::kPlaceholder:
      return false;
    case Attach::kAuto:
      break;
  }
  return !has_placeholders;
}

void AttachToken(Attach attach, bool has_placeholders, const Secret& access_token,
                 CredentialSink& sink) {
  if (!SendsTokenHeader(attach, has_placeholders)) return;
  access_token.Reveal([&](std::string_view token) {
    sink.SetHeader("Authorization", auth::JoinPrefix("Bearer", token));
  });
}

}  // namespace sallyport::request
