// How commands reach the data: through the running gateway if there is one, else directly.
#pragma once

#include <string>

#include "sallyport/base/json.h"
#include "sallyport/base/result.h"
#include "sallyport/config/options.h"

namespace sallyport::app {

/// One call of the JSON API, or of /control, with the rights of the control socket. The same rules
/// and the same audit hold on both ways. Returns the JSON of a 2xx answer (null when it has no
/// body); errors are one line.
[[nodiscard]] Result<Json> CallAdmin(const config::Options& options, const std::string& method,
                                     const std::string& path, const Json& body);

/// All items of a list, page by page.
[[nodiscard]] Result<Json> ListAll(const config::Options& options, const std::string& path);

}  // namespace sallyport::app
