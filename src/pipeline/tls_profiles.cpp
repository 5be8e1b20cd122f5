#include "pipeline/tls_profiles.h"

#include <utility>

namespace sallyport::pipeline {
namespace {

// Edited settings leave their old profile behind; beyond this many all are dropped and the ones in
// use loaded again.
constexpr std::size_t kMaxProfiles = 1024;

}  // namespace

Result<net::TlsProfilePointer> TlsProfiles::For(const request::CompiledResource& resource,
                                                const http::Origin& origin) {
  if (origin == resource.base.origin) return Load(resource.tls);
  if (!request::IsTrusted(resource, origin)) return Load(request::TargetTls());
  if (resource.tls.server_name.empty()) return Load(resource.tls);
  request::TargetTls tls = resource.tls;
  tls.server_name.clear();
  tls.fingerprint += "/unnamed";
  return Load(tls);
}

Result<net::TlsProfilePointer> TlsProfiles::Load(const request::TargetTls& tls) {
  const auto known = by_fingerprint_.find(tls.fingerprint);
  if (known != by_fingerprint_.end()) return known->second;
  net::TlsSettings settings;
  settings.verify = tls.verify;
  settings.ca_pem = tls.ca_pem;
  settings.client_cert_pem = tls.client_cert_pem;
  settings.client_key_pem = tls.client_key_pem;
  settings.server_name = tls.server_name;
  Result<net::TlsProfilePointer> made = net::MakeTlsProfile(settings);
  if (!made) return made;
  if (by_fingerprint_.size() >= kMaxProfiles) by_fingerprint_.clear();
  by_fingerprint_.emplace(tls.fingerprint, *made);
  return made;
}

}  // namespace sallyport::pipeline
