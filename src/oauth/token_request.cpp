// Writes what goes to the provider.
#include <utility>

#include "oauth/form.h"
#include "sallyport/base/encoding.h"
#include "sallyport/base/json.h"
#include "sallyport/base/strings.h"
#include "sallyport/base/version.h"
#include "sallyport/http/field_lines.h"
#include "sallyport/oauth/token_exchange.h"

namespace sallyport::oauth {
namespace {

using request::ClientAuth;
using request::ExtraRow;
using request::OAuthSettings;

std::string Revealed(const Secret& secret) {
  return secret.Reveal([](std::string_view bytes) { return std::string(bytes); });
}

/// Collects the parameters of one request, then writes it. What it holds is wiped with it.
class Writer {
 public:
  Writer(const OAuthSettings& settings, const http::Url& url) : settings_(settings) {
    request_.url = url;
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer() {
    for (auto& [name, value] : params_) WipeBytes(value.data(), value.size());
  }

  void Add(std::string_view name, std::string_view value) { params_.emplace_back(name, value); }
  void AddUnlessEmpty(std::string_view name, std::string_view value) {
    if (!value.empty()) Add(name, value);
  }
  void AddSecret(std::string_view name, const Secret& value) {
    value.Reveal([&](std::string_view bytes) { Add(name, bytes); });
    request_.secrets.push_back(value);
  }

  /// RFC 6749 §2.3.1, §3.2.1.
  void AddClient() {
    if (settings_.client_auth == ClientAuth::kBasic) return;
    Add("client_id", settings_.client_id);
    if (settings_.client_auth == ClientAuth::kPost) {
      AddSecret("client_secret", settings_.client_secret);
    }
  }

  void AddExtras() {
    AddUnlessEmpty("audience", settings_.audience);
    AddUnlessEmpty("resource", settings_.resource);
    for (const ExtraRow& row : settings_.token_params) {
      Add(row.name, row.value);
      if (row.secret) request_.secrets.emplace_back(row.value);
    }
  }

  Result<ProviderRequest> Finish() {
    request_.body = Secret(settings_.json_token_request ? WriteJson() : WriteForm());
    http::FieldLines fields;
    Result<void> added = AddFields(fields);
    if (!added) return std::move(added).error();
    const http::Url& url = request_.url;
    const std::string target = url.query.empty() ? url.path : url.path + "?" + url.query;
    Result<std::string> head =
        http::WriteRequestHead("POST", target, url.origin.HostField(), fields);
    if (!head) return std::move(head).error();
    request_.head = Secret(std::move(*head));
    return std::move(request_);
  }

 private:
  [[nodiscard]] std::string WriteForm() const {
    std::string text;
    for (const auto& [name, value] : params_) {
      if (!text.empty()) text += '&';
      text += FormEncode(name) + "=" + FormEncode(value);
    }
    return text;
  }

  /// A name that stands twice becomes a list.
  [[nodiscard]] std::string WriteJson() const {
    Json object = Json::object();
    for (const auto& [name, value] : params_) {
      if (!object.contains(name)) {
        object[name] = value;
      } else if (object[name].is_array()) {
        object[name].push_back(value);
      } else {
        object[name] = Json::array({object[name], value});
      }
    }
    return DumpJson(object);
  }

  Result<void> AddFields(http::FieldLines& fields) {
    const std::string_view type =
        settings_.json_token_request ? "application/json" : "application/x-www-form-urlencoded";
    Result<void> added;
    if (!IsReplaced("Accept")) added = fields.Add("Accept", "application/json");
    if (added && !IsReplaced("User-Agent")) {
      added = fields.Add("User-Agent", "sallyport/" + std::string(Version()));
    }
    if (added) added = fields.Add("Content-Type", type);
    if (added && settings_.client_auth == ClientAuth::kBasic) added = AddBasic(fields);
    for (const ExtraRow& row : settings_.token_headers) {
      if (added) added = fields.Add(row.name, row.value);
      if (row.secret) request_.secrets.emplace_back(row.value);
    }
    fields.AddNumber("Content-Length", request_.body.size());
    return added;
  }

  /// Both are form-encoded first: a colon in the id cannot move the border.
  Result<void> AddBasic(http::FieldLines& fields) {
    request_.secrets.push_back(settings_.client_secret);
    std::string pair = FormEncode(settings_.client_id) + ":";
    settings_.client_secret.Reveal([&](std::string_view secret) { pair += FormEncode(secret); });
    request_.secrets.emplace_back(Base64Encode(pair));
    WipeBytes(pair.data(), pair.size());
    return fields.Add("Authorization", "Basic " + Revealed(request_.secrets.back()));
  }

  [[nodiscard]] bool IsReplaced(std::string_view name) const {
    for (const ExtraRow& row : settings_.token_headers) {
      if (EqualsIgnoreCase(row.name, name)) return true;
    }
    return false;
  }

  const OAuthSettings& settings_;
  std::vector<std::pair<std::string, std::string>> params_;
  ProviderRequest request_;
};

}  // namespace

Result<ProviderRequest> WriteCodeRequest(const OAuthSettings& settings, const http::Url& token_url,
                                         const CodeGrant& grant) {
  Writer writer(settings, token_url);
  writer.Add("grant_type", "authorization_code");
  writer.AddSecret("code", Secret(grant.code));
  writer.Add("redirect_uri", grant.redirect_uri);
  if (!grant.code_verifier.empty()) {
    writer.AddSecret("code_verifier", Secret(grant.code_verifier));
  }
  writer.AddClient();
  writer.AddExtras();
  return writer.Finish();
}

Result<ProviderRequest> WriteRefreshRequest(const OAuthSettings& settings,
                                            const http::Url& token_url,
                                            const Secret& refresh_token) {
  Writer writer(settings, token_url);
  writer.Add("grant_type", "refresh_token");
  writer.AddSecret("refresh_token", refresh_token);
  writer.AddClient();
  writer.AddExtras();
  return writer.Finish();
}

Result<ProviderRequest> WriteClientRequest(const OAuthSettings& settings,
                                           const http::Url& token_url) {
  Writer writer(settings, token_url);
  writer.Add("grant_type", "client_credentials");
  writer.AddUnlessEmpty("scope", settings.Scope());
  writer.AddClient();
  writer.AddExtras();
  return writer.Finish();
}

Result<ProviderRequest> WriteRevocationRequest(const OAuthSettings& settings,
                                               const http::Url& revocation_url, const Secret& token,
                                               std::string_view hint) {
  Writer writer(settings, revocation_url);
  writer.AddSecret("token", token);
  writer.Add("token_type_hint", hint);
  writer.AddClient();
  return writer.Finish();
}

}  // namespace sallyport::oauth
