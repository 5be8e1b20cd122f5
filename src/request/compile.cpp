// From a stored document to a CompiledResource.
#include <algorithm>
#include <stdexcept>
#include <utility>

#include "request/applied_credential.h"
#include "request/document_reader.h"
#include "request/static_parts.h"
#include "request/url_template.h"
#include "sallyport/base/encoding.h"
#include "sallyport/crypto/digest.h"
#include "sallyport/request/compiled_resource.h"
#include "sallyport/request/credential.h"
#include "sallyport/request/oauth_settings.h"

namespace sallyport::request {
namespace {

/// A digest over all settings, each with its length before it, so that no two differ and look
/// alike.
std::string Fingerprint(const TargetTls& tls) {
  if (tls.verify && tls.ca_pem.empty() && tls.client_cert_pem.empty() && tls.server_name.empty() &&
      tls.client_key_pem.empty()) {
    return {};
  }
  std::string text = tls.verify ? "v" : "n";
  const auto append = [&](std::string_view part) {
    text += std::to_string(part.size());
    text += ':';
    text += part;
  };
  append(tls.ca_pem);
  append(tls.client_cert_pem);
  append(tls.server_name);
  tls.client_key_pem.Reveal(append);
  const auto digest = crypto::Sha256(text);
  WipeBytes(text.data(), text.size());
  return HexEncode({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

TargetTls ReadTls(const DocumentReader& reader) {
  TargetTls tls;
  tls.verify = reader.Flag("/tls/verify", true);
  tls.ca_pem = reader.Text("/tls/ca_pem");
  tls.client_cert_pem = reader.Text("/tls/client_cert_pem");
  tls.server_name = reader.Text("/tls/server_name");
  tls.client_key_pem = reader.Opened("/tls/client_key_pem");
  tls.fingerprint = Fingerprint(tls);
  return tls;
}

std::shared_ptr<const Credential> ReadCredential(const DocumentReader& reader) {
  const std::string type = reader.Text("/auth/type");
  const AuthKind* kind = FindAuthKind(type.empty() ? "none" : type);
  if (kind == nullptr) throw std::runtime_error("stored resource: unknown auth type " + type);
  const Json none = Json::object();
  const auto found = reader.body().find("auth");
  const Json& auth = found == reader.body().end() ? none : *found;
  return kind->make(auth, reader.secrets());
}

void ReadBase(CompiledResource& compiled, const DocumentReader& reader) {
  Result<UrlTemplate> base = ReadUrlTemplate(reader.Text("/base_url"), compiled.variables);
  if (!base) throw std::runtime_error("stored resource: base_url: " + base.error().message());
  compiled.base = std::move(base->url);
  compiled.base_template = std::move(base->rest);
}

/// One that cannot be read (variables have changed under an old version) tests nothing.
std::shared_ptr<const LoginTestUrl> ReadLoginTest(const CompiledResource& compiled,
                                                  const DocumentReader& reader) {
  const std::string text = reader.Text("/login_test_url");
  if (text.empty()) return nullptr;
  Result<UrlTemplate> read = ReadUrlTemplate(text, compiled.variables);
  if (!read) return nullptr;
  return std::make_shared<const LoginTestUrl>(
      LoginTestUrl{std::move(read->url), std::move(read->rest)});
}

Position ParamPosition(std::string_view) { return Position::kParam; }
Position CookiePosition(std::string_view) { return Position::kCookie; }
Position BodyPosition(std::string_view) { return Position::kRaw; }

/// A body field that is exactly one placeholder keeps its type, which no text can.
bool StaysAsItIs(const Template& value, Position position) {
  return position == Position::kRaw && value.only_placeholder() != nullptr;
}

struct RowKind {
  std::string_view pointer;
  std::string_view what;  ///< as a message calls one
  Position (*position)(std::string_view name);
  bool names_are_templates = false;
};

Error CannotBeSent(const RowKind& kind, const Row& row, const Error& error) {
  // The message may quote the text.
  const std::string why = row.secret ? "its placeholders are not right" : error.message();
  return Error(error.kind(), ErrorSource::kGateway,
               "The resource's " + std::string(kind.what) + " \"" + row.name +
                   "\" cannot be sent: " + why + ".");
}

/// The rows that are sent, variables put in.
Result<std::vector<TemplateRow>> ReadRows(const DocumentReader& reader, const RowKind& kind,
                                          const Value& vars) {
  std::vector<TemplateRow> rows;
  for (Row& row : reader.Rows(kind.pointer)) {
    const Position position = kind.position(row.name);
    Result<Template> value = Template::Compile(row.value);
    if (value && !StaysAsItIs(*value, position)) value = FoldVariables(*value, vars, position);
    if (!value) return CannotBeSent(kind, row, value.error());
    TemplateRow compiled{row.name, std::move(*value), row.secret};
    if (kind.names_are_templates) {
      Result<Template> name = Template::Compile(row.name);
      if (name) name = FoldVariables(*name, vars, position);
      if (!name) return CannotBeSent(kind, row, name.error());
      SetName(compiled, std::move(*name));
      if (compiled.name.empty()) continue;
    }
    rows.push_back(std::move(compiled));
  }
  return rows;
}

Result<void> ReadAllRows(CompiledResource& compiled, const DocumentReader& reader) {
  const auto read = [&](std::vector<TemplateRow>& into, const RowKind& kind) -> Result<void> {
    Result<std::vector<TemplateRow>> rows = ReadRows(reader, kind, compiled.variables);
    if (!rows) return rows.error();
    into = std::move(*rows);
    return {};
  };
  Result<void> done = read(compiled.params, {"/params", "parameter", ParamPosition, true});
  if (done) done = read(compiled.headers, {"/headers", "header", HeaderPosition});
  if (done) done = read(compiled.cookies, {"/cookies", "cookie", CookiePosition});
  if (done) done = read(compiled.body_fields, {"/body_fields", "body field", BodyPosition});
  return done;
}

bool AreLiteral(const std::vector<TemplateRow>& rows) {
  return std::all_of(rows.begin(), rows.end(), [](const TemplateRow& row) {
    return row.value.is_literal() && row.name_template == nullptr;
  });
}

/// body_fields are no part of what passes through, and an access token that goes into a field of
/// its own is no part of StaticParts.
bool IsStatic(const CompiledResource& compiled) {
  return !compiled.base_template && AreLiteral(compiled.params) && AreLiteral(compiled.headers) &&
         AreLiteral(compiled.cookies);
}

bool HoldToken(const std::vector<TemplateRow>& rows) {
  return std::any_of(rows.begin(), rows.end(), [](const TemplateRow& row) {
    return row.value.HoldsAccessToken() ||
           (row.name_template && row.name_template->HoldsAccessToken());
  });
}

bool HoldsToken(const CompiledResource& compiled) {
  const auto& base = compiled.base_template;
  return (base && (base->path.HoldsAccessToken() || base->query.HoldsAccessToken())) ||
         HoldToken(compiled.params) || HoldToken(compiled.headers) || HoldToken(compiled.cookies);
}

RedirectRules ReadRedirects(const DocumentReader& reader) {
  RedirectRules rules;
  const std::string follow = reader.Text("/redirects/follow");
  if (follow == "none") rules.follow = Follow::kNone;
  if (follow == "any") rules.follow = Follow::kAny;
  rules.max = static_cast<int>(reader.Number("/redirects/max").value_or(rules.max));
  return rules;
}

std::vector<http::Origin> ReadOrigins(const DocumentReader& reader) {
  std::vector<http::Origin> origins;
  for (const std::string& text : reader.Texts("/extra_origins")) {
    Result<http::Origin> origin = http::ParseOrigin(text);
    if (!origin) throw std::runtime_error("stored resource: extra_origins: " + text);
    origins.push_back(std::move(*origin));
  }
  return origins;
}

/// Rows, parts and, when there is one, the problem.
void Finish(CompiledResource& compiled, const DocumentReader& reader) {
  if (const std::string missing = reader.MissingSecret(); !missing.empty()) {
    compiled.problem =
        std::make_shared<const Error>(ErrorKind::kStoreUnavailable, ErrorSource::kGateway,
                                      "A stored secret of this resource (" + DottedField(missing) +
                                          ") does not open with the configured master keys.");
    return;
  }
  Result<void> rows = ReadAllRows(compiled, reader);
  if (!rows) {
    compiled.problem = std::make_shared<const Error>(std::move(rows).error());
    return;
  }
  compiled.holds_token = HoldsToken(compiled);
  compiled.is_static = IsStatic(compiled);
  if (!compiled.is_static) return;
  compiled.adds_token =
      compiled.oauth && SendsTokenHeader(compiled.oauth->attach, compiled.holds_token);
  const Scope nothing;
  AppliedCredential credential = CredentialOf(compiled, nullptr, false);
  if (compiled.adds_token) credential.ReserveHeader("Authorization");
  Result<StaticParts> parts = BuildStaticParts(compiled, compiled.base, nothing, credential);
  if (parts) {
    compiled.parts = std::move(*parts);
  } else {
    compiled.problem = std::make_shared<const Error>(std::move(parts).error());
  }
}

}  // namespace

std::shared_ptr<const store::Prepared> CompileResource(const store::Resource& resource) {
  const DocumentReader reader(resource.document);
  auto compiled = std::make_shared<CompiledResource>();
  compiled->slug = resource.slug;
  if (const Value variables = reader.Any("/variables"); !variables.is_null())
    compiled->variables = variables;
  ReadBase(*compiled, reader);
  compiled->name = reader.Text("/name");
  if (compiled->name.empty()) compiled->name = resource.slug;
  compiled->login_test = ReadLoginTest(*compiled, reader);
  compiled->redirects = ReadRedirects(reader);
  compiled->uses_oauth = reader.Text("/auth/type") == "oauth2";
  if (compiled->uses_oauth) {
    compiled->oauth = ReadOAuthSettings(reader.body()["auth"], reader.secrets());
  }
  compiled->credential = ReadCredential(reader);
  compiled->tls = ReadTls(reader);
  compiled->timeouts = {reader.Number("/timeouts/connect_ms"),
                        reader.Number("/timeouts/first_byte_ms"),
                        reader.Number("/timeouts/total_ms")};
  compiled->forward_cookies = reader.Texts("/forward_cookies");
  compiled->proxy = {reader.Flag("/proxy/enabled", false), reader.Texts("/proxy/methods"),
                     reader.Texts("/proxy/paths")};
  compiled->extra_origins = ReadOrigins(reader);
  Finish(*compiled, reader);
  return compiled;
}

}  // namespace sallyport::request
