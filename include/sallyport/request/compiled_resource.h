// A stored resource made ready for the request path: URL split, rows filtered, static header block
// built, credential opened.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sallyport/base/result.h"
#include "sallyport/base/secret.h"
#include "sallyport/http/field_lines.h"
#include "sallyport/http/url.h"
#include "sallyport/request/expand.h"
#include "sallyport/store/model.h"
#include "sallyport/store/snapshot.h"

namespace sallyport::request {

class Credential;      // request/credential.h: one kind of authentication to the target
struct OAuthSettings;  // request/oauth_settings.h

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

/// Names that a caller's field, parameter or cookie may not have because the resource's win.
/// Sorted, for look-up.
class NameSet {
 public:
  void Add(std::string name);
  [[nodiscard]] bool Has(std::string_view name) const;
  [[nodiscard]] bool empty() const { return names_.empty(); }

 private:
  std::vector<std::string> names_;
};

enum class Follow : std::uint8_t { kNone, kSameOrigin, kAny };

struct RedirectRules {
  Follow follow = Follow::kSameOrigin;
  int max = 5;
};

/// login_test_url with its variables put in.
struct LoginTestUrl {
  http::Url url;                    ///< placeholders that only a call can fill stand as "x"
  std::optional<TemplateUrl> rest;  ///< path and query when there are some
};

/// Everything of a pass-through request that the caller's head does not decide. Built once where
/// the resource alone decides it, else for each call.
struct StaticParts {
  std::string host_field;
  /// Header rows in order without those the credential replaces, then the credential's. No Cookie.
  http::FieldLines headers;
  NameSet header_names;  ///< folded (http_names.h): of `headers`
  std::string cookies;   ///< "a=1; b=2": header rows named Cookie, cookie rows, the credential's
  NameSet cookie_names;
  std::string query_front;  ///< base_url's own query and the rows, encoded
  std::string query_back;   ///< the credential's parameter, encoded
  NameSet param_names;      ///< decoded; rows and credential
  /// Secret parameters as name and value: they never go back to a caller in a Location.
  std::vector<std::pair<std::string, std::string>> secret_params;
  /// base_url as it is for this call; null: the resource's `base`.
  std::shared_ptr<const http::Url> own_base;
};

/// Immutable; shared by all shards.
class CompiledResource final : public store::Prepared {
 public:
  std::string slug;
  std::string name;  ///< for people
  /// base_url with its variables put in. Its origin is fixed here; path and query are, too, unless
  /// `base_template` is set.
  http::Url base;
  /// Path and query of base_url when they hold placeholders that only a call can fill.
  std::optional<TemplateUrl> base_template;
  /// Variables are put in already, so that most values are literal.
  std::vector<TemplateRow> params, headers, cookies, body_fields;
  Value variables = Value::Object({});
  /// login_test_url as `base` and `base_template` are; null: there is none.
  std::shared_ptr<const LoginTestUrl> login_test;
  RedirectRules redirects;
  bool uses_oauth = false;                       ///< auth is oauth2: magic strings have a meaning
  std::shared_ptr<const OAuthSettings> oauth;    ///< set when uses_oauth
  std::shared_ptr<const Credential> credential;  ///< never null
  TargetTls tls;
  TargetTimeouts timeouts;
  std::vector<std::string> forward_cookies;
  ProxyRules proxy;
  std::vector<http::Origin> extra_origins;
  /// No row and no base_url waits for a call's values: `parts` serve every pass-through call.
  bool is_static = true;
  StaticParts parts;  ///< when is_static
  /// With oauth2, when is_static: BuildProxyRequest adds the call's access token to `parts`.
  bool adds_token = false;
  bool holds_token = false;  ///< base_url or a row has the magic string of the access token
  /// Why no call can be made (a secret that is not there, a row that cannot be written). Calls
  /// answer with it; its message is fit to show.
  std::shared_ptr<const Error> problem;  // a pointer: few have one, and an Error is large
};

/// base_url's path and query for one call; `resource.base` when there is no base_template. Errors
/// as Expand's.
[[nodiscard]] Result<http::Url> BaseFor(const CompiledResource& resource, const Scope& scope);

/// The parts of one pass-through call of a resource that is not static. For oauth2 with the token
/// of `scope` as `attach` says; `url_holds_token`: it stands in the call's own URL, too. Errors:
/// the resource's `problem`, unknown_placeholder, missing_parameter (all at once), and as Expand's.
[[nodiscard]] Result<StaticParts> ExpandParts(const CompiledResource& resource, const Scope& scope,
                                              bool url_holds_token = false);

/// base_url of the call that `parts` are for.
[[nodiscard]] const http::Url& BaseOf(const CompiledResource& resource, const StaticParts& parts);

/// Is `origin` base_url's or one of extra_origins?
[[nodiscard]] bool IsTrusted(const CompiledResource& resource, const http::Origin& origin);

/// base_url of a normalized document with its variables put in: host characters only in the host,
/// one segment each in the path. What is left of placeholders there stands as "x" in the result.
/// Errors: validation_failed, unknown_placeholder; the message is fit to show for `base_url`.
[[nodiscard]] Result<http::Url> BaseUrlOf(const Json& body);

/// Judges every template of a normalized resource document (base_url, login_test_url and rows):
/// syntax, unknown variables and user members, magic strings without oauth2. Errors:
/// validation_failed, or unknown_placeholder when nothing else is wrong, with all violations.
[[nodiscard]] Result<void> CheckResourceTemplates(const Json& body);
/// The same with the secret rows, whose values stand beside the body; no message quotes them.
[[nodiscard]] Result<void> CheckResourceTemplates(const store::Document& document);

/// Pure. Used as the store's ResourceCompiler. Throws std::runtime_error on a document that was
/// never validated.
[[nodiscard]] std::shared_ptr<const store::Prepared> CompileResource(
    const store::Resource& resource);

}  // namespace sallyport::request
