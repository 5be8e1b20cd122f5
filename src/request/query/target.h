// Path and query of a request, as they are sent and as they are shown.
#pragma once

#include <string>
#include <vector>

#include "request/applied_credential.h"
#include "request/query/run.h"
#include "sallyport/base/result.h"
#include "sallyport/http/url.h"

namespace sallyport::request {

struct Target {
  http::Url url;
  std::string shown_path, shown_query;
  std::vector<std::string> secrets;  ///< OutgoingRequest::secrets

  [[nodiscard]] std::string ShownUrl() const;
};

/// Origin and path, judged to lie inside base_url. Errors: outside_base_url, and as Expand's.
[[nodiscard]] Result<Target> BuildPath(const Run& run);

/// Adds the query: base_url's, the path's, the rows, the credential. Parameters of the credential's
/// names are left out before it.
[[nodiscard]] Result<void> BuildQuery(const Run& run, const AppliedCredential& credential,
                                      Target& target);

}  // namespace sallyport::request
