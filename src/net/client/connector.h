// From a destination to a connection that is ready for a request: resolve, judge, connect, TLS.
#pragma once

#include <cstdint>
#include <map>
#include <memory>

#include <boost/asio/io_context.hpp>

#include "net/client/connection.h"
#include "sallyport/net/egress.h"
#include "sallyport/net/resolver.h"
#include "sallyport/net/upstream.h"

namespace sallyport::net {

/// What a connector needs of its shard; lives as long as every Connect.
struct ConnectorContext {
  boost::asio::io_context* io = nullptr;
  Resolver* resolver = nullptr;
  std::shared_ptr<const EgressPolicy> egress;
  const Clock* clock = nullptr;
  std::map<EgressVerdict, std::uint64_t>* denied = nullptr;  ///< counts refusals
  CallHandle* handle = nullptr;                              ///< may be null
};

/// Fills the phases of `timing`, which outlives the call. The addresses are tried in the resolver's
/// order; each gets an equal share of the time that is left, so that one dead address does not use
/// up the limit. Errors: egress_denied, dns_failed, connect_failed, connect_timeout, tls_failed.
Task<Result<ConnectionPointer>> Connect(ConnectorContext context, Destination destination,
                                        UpstreamTimeouts timeouts, CallTiming* timing);

}  // namespace sallyport::net
