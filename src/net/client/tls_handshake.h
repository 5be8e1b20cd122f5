// The TLS handshake on a connected socket: name, SNI, session.
#pragma once

#include "net/client/connection.h"
#include "sallyport/net/upstream.h"

namespace sallyport::net {

/// Errors: tls_failed, connect_timeout ("tls"). The connection is of no use after an error.
Task<Result<void>> Handshake(ConnectionPointer connection, Destination destination,
                             Milliseconds limit);

}  // namespace sallyport::net
