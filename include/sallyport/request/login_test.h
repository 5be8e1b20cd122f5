// The request that tells whether a user is signed in at a target (contract section 7). Pure.
#pragma once

#include "sallyport/base/result.h"
#include "sallyport/base/secret.h"
#include "sallyport/http/url.h"
#include "sallyport/request/compiled_resource.h"

namespace sallyport::request {

struct LoginTestRequest {
  http::Url url;
  Secret head;  ///< complete; a GET
};

/// A GET of login_test_url with the resource's parameters, headers and cookies and the token of
/// `scope` as `attach` says. Preconditions: the resource has a login_test_url and oauth2, `scope`
/// an access token. Errors: outside_base_url when the origin is neither base_url's nor one of
/// extra_origins (no token goes there), those of Expand, the resource's own problem.
[[nodiscard]] Result<LoginTestRequest> BuildLoginTest(const CompiledResource& resource,
                                                      const Scope& scope);

}  // namespace sallyport::request
