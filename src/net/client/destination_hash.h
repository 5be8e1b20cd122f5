// Destinations as keys: connections are shared only between calls with the same origin and the same
// TLS profile.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "sallyport/net/upstream.h"

namespace sallyport::net {

struct DestinationHash {
  std::size_t operator()(const Destination& destination) const {
    const std::size_t host = std::hash<std::string>()(destination.origin.host);
    const std::size_t profile = std::hash<const void*>()(destination.tls.get());
    return host ^ (profile * 31) ^ (std::size_t{destination.origin.port} << 17U);
  }
};

struct DestinationEqual {
  bool operator()(const Destination& a, const Destination& b) const {
    return a.tls == b.tls && a.origin == b.origin;
  }
};

}  // namespace sallyport::net
