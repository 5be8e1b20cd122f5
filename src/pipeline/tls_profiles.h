// The TLS contexts that this shard has loaded, by the fingerprint of their settings.
#pragma once

#include <string>
#include <unordered_map>

#include "sallyport/base/result.h"
#include "sallyport/net/upstream.h"
#include "sallyport/request/compiled_resource.h"

namespace sallyport::pipeline {

/// On its shard's thread. Loading costs milliseconds, and equal settings must share one profile to
/// share pooled connections.
class TlsProfiles {
 public:
  /// The settings for calls of `resource` to `origin`: its own at base_url's origin; at
  /// extra_origins too, but for server_name, which is base_url's; anywhere else the defaults. A
  /// client certificate so proves nothing to strangers. Errors: tls_failed, naming the member that
  /// does not load.
  [[nodiscard]] Result<net::TlsProfilePointer> For(const request::CompiledResource& resource,
                                                   const http::Origin& origin);

 private:
  Result<net::TlsProfilePointer> Load(const request::TargetTls& tls);

  std::unordered_map<std::string, net::TlsProfilePointer> by_fingerprint_;
};

}  // namespace sallyport::pipeline
