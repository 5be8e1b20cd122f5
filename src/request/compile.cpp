// From a stored document to a CompiledResource.
#include <stdexcept>

#include "request/document_reader.h"
#include "request/static_parts.h"
#include "sallyport/base/encoding.h"
#include "sallyport/crypto/digest.h"
#include "sallyport/request/compiled_resource.h"
#include "sallyport/request/credential.h"

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

http::Url ReadBase(const DocumentReader& reader) {
  Result<http::Url> base = http::ParseUrl(reader.Text("/base_url"));
  if (!base) throw std::runtime_error("stored resource: base_url: " + base.error().message());
  return std::move(*base);
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

void Finish(CompiledResource& compiled, const DocumentReader& reader) {
  if (const std::string missing = reader.MissingSecret(); !missing.empty()) {
    compiled.problem =
        std::make_shared<const Error>(ErrorKind::kStoreUnavailable, ErrorSource::kGateway,
                                      "A stored secret of this resource (" + DottedField(missing) +
                                          ") does not open with the configured master keys.");
    return;
  }
  Result<StaticParts> parts = BuildStaticParts(compiled);
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
  compiled->base = ReadBase(reader);
  compiled->params = reader.Rows("/params");
  compiled->headers = reader.Rows("/headers");
  compiled->cookies = reader.Rows("/cookies");
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
