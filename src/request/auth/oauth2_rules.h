// What the members of oauth2 may hold, by themselves and beside each other.
#pragma once

#include <string>
#include <vector>

#include "sallyport/base/error.h"
#include "sallyport/base/json.h"

namespace sallyport::request::auth {

/// "" (not given) or an absolute http(s) URL.
[[nodiscard]] std::string OptionalUrlRule(const Json& value);
/// The same without a query: well-known paths are put into it (RFC 8414 §2).
[[nodiscard]] std::string IssuerRule(const Json& value);
/// Not empty, no control bytes.
[[nodiscard]] std::string ScopeRule(const Json& value);
/// RFC 6901, not the whole document.
[[nodiscard]] std::string TokenPathRule(const Json& value);
/// Names that the gateway writes into the request itself.
[[nodiscard]] std::string AuthorizeParamRule(const Json& name);
[[nodiscard]] std::string TokenParamRule(const Json& name);
[[nodiscard]] std::string TokenHeaderRule(const Json& name);

/// Rules between members; `auth` has passed the table. Pointers are relative to it.
[[nodiscard]] std::vector<Violation> CheckOAuth2(const Json& auth);

}  // namespace sallyport::request::auth
