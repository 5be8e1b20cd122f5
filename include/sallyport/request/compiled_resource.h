// A stored resource made ready for the request path: URL split, rows filtered, static header block
// built, credential opened.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sallyport/base/result.h"
#include "sallyport/base/secret.h"
#include "sallyport/http/field_lines.h"
#include "sallyport/http/url.h"
#include "sallyport/store/snapshot.h"

namespace sallyport::request {

class Credential;  // request/credential.h: one kind of authentication to the target

/// A row that is sent: enabled, name not empty. Secret rows are opened.
struct Row {
  std::string name;
  std::string value;
  bool secret = false;
};

struct ProxyRules {
  bool enabled = false;  ///< for runners; admins always may
  std::vector<std::string> methods;
  std::vector<std::string> paths;  ///< prefixes by whole segments
};

struct TargetTls {
  bool verify = true;
  std::string ca_pem, client_cert_pem, server_name;
  Secret client_key_pem;
  std::string fingerprint;  ///< equal settings, equal text; "" for the defaults; safe as a map key,
                            ///< not reversible
};

/// A resource's own limits, milliseconds; unset ones fall back to the configuration.
struct TargetTimeouts {
  std::optional<std::int64_t> connect_ms, first_byte_ms, total_ms;
};

/// Immutable; shared by all shards.
class CompiledResource final : public store::Prepared {
 public:
  std::string slug;
  http::Url base;
  std::vector<Row> params, headers, cookies;
  std::shared_ptr<const Credential> credential;  ///< never null
  TargetTls tls;
  TargetTimeouts timeouts;
  std::vector<std::string> forward_cookies;
  ProxyRules proxy;
  std::vector<http::Origin> extra_origins;
};

/// Pure. Used as the store's ResourceCompiler. Throws std::runtime_error on a document that was
/// never validated.
[[nodiscard]] std::shared_ptr<const store::Prepared> CompileResource(
    const store::Resource& resource);

}  // namespace sallyport::request
