#include "admin/resource_document.h"

#include "admin/kept_secrets.h"
#include "admin/origin_guard.h"
#include "admin/refusals.h"
#include "admin/resource_table.h"
#include "sallyport/crypto/pem.h"
#include "sallyport/oauth/authorization.h"
#include "sallyport/request/compiled_resource.h"
#include "sallyport/request/credential.h"

namespace sallyport::admin {
namespace {

constexpr const char* kKeyPointer = "/tls/client_key_pem";

bool HasProblemBelow(const std::vector<Violation>& violations, std::string_view pointer) {
  for (const Violation& violation : violations) {
    if (violation.pointer.substr(0, pointer.size()) == pointer) return true;
  }
  return false;
}

/// Rules between members of auth, which its kind knows.
void CheckAuth(const Json& body, std::vector<Violation>& violations) {
  if (HasProblemBelow(violations, "/auth") || !body.is_object()) return;
  const Json& auth = body["auth"];
  const request::AuthKind* kind = request::FindAuthKind(auth["type"].get<std::string>());
  if (kind == nullptr || kind->check == nullptr) return;
  for (Violation& violation : kind->check(auth)) {
    violation.pointer.insert(0, "/auth");
    violations.push_back(std::move(violation));
  }
}

void CheckKeyPair(const store::Document& document, std::vector<Violation>& violations) {
  const auto key = document.secrets.find(kKeyPointer);
  if (key == document.secrets.end() || HasProblemBelow(violations, "/tls")) return;
  const Json& certificate = document.body["tls"]["client_cert_pem"];
  if (!certificate.is_string()) return;
  const std::string problem = key->second.Reveal([&](std::string_view pem) {
    return crypto::CheckKeyMatches(certificate.get_ref<const std::string&>(), pem);
  });
  if (problem.empty()) return;
  violations.push_back({kKeyPointer, "format", "must belong to client_cert_pem: " + problem});
}

}  // namespace

Result<BuiltDocument> BuildDocument(const Json& input, const StoredDocument& stored) {
  BuiltDocument built;
  Json& body = built.document.body;
  std::vector<Violation> violations = schema::Normalize(ResourceTable(), input, body);
  CheckAuth(body, violations);
  // Without a body of the right shape the secrets cannot be told apart.
  if (!violations.empty()) return Invalid(std::move(violations));
  NameAfterSlug(body);

  const SecretSplit split = SplitSecrets(ResourceTable(), built.document, stored);
  violations = split.violations;
  CheckKeyPair(built.document, violations);
  if (!violations.empty()) return Invalid(std::move(violations));
  Result<void> templates = request::CheckResourceTemplates(built.document);
  if (!templates) return std::move(templates).error();
  if (stored.document != nullptr) {
    Result<void> guarded = GuardOrigins(stored.document->body, body, split.kept);
    if (!guarded) return std::move(guarded).error();
  }
  built.new_secrets = split.given;
  return built;
}

Json ResourceView(const store::Resource& resource, const Options& options) {
  const DefaultTimeouts& defaults = options.timeouts;
  Json view = resource.document.body;
  const auto timeouts = view.find("timeouts");
  if (timeouts != view.end() && timeouts->is_object()) {
    const auto fill = [&](const char* name, std::int64_t value) {
      if ((*timeouts)[name].is_null()) (*timeouts)[name] = value;
    };
    fill("connect_ms", defaults.connect_ms);
    fill("first_byte_ms", defaults.first_byte_ms);
    fill("total_ms", defaults.total_ms);
  }
  AddStoredMembers(view, resource);
  const auto auth = view.find("auth");
  if (auth != view.end() && auth->is_object() && auth->value("type", "") == "oauth2") {
    view["callback_url"] = oauth::CallbackUrl(options.public_url);
  }
  return view;
}

}  // namespace sallyport::admin
