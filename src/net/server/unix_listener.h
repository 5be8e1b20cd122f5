// A listening unix-domain socket that only its owner may use.
#pragma once

#include <string>

#include "net/server/descriptor.h"
#include "sallyport/base/result.h"

namespace sallyport::net {

/// Mode 0600 from the first moment. A socket file that nobody answers on is replaced; one that is
/// in use, or a file of another kind, is an error whose message says only that ("address in use").
/// Paths longer than sun_path work, file names beyond about 80 bytes do not.
[[nodiscard]] Result<Descriptor> ListenOnUnixPath(const std::string& path, int backlog);

}  // namespace sallyport::net
