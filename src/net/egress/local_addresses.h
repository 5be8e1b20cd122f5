// The addresses of this machine's interfaces.
#pragma once

#include <vector>

#include "sallyport/base/ip_address.h"

namespace sallyport::net {

/// Empty when the system does not tell.
[[nodiscard]] std::vector<IpAddress> LocalAddresses();

}  // namespace sallyport::net
