// A connection in use by one call, with the pump that may still be sending on it.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "net/client/body_pump.h"
#include "net/client/connection.h"
#include "net/client/target_error.h"
#include "sallyport/net/upstream.h"

namespace sallyport::net {

struct Channel {
  std::shared_ptr<const OutboundCall> call;
  ConnectionPointer connection;
  std::shared_ptr<BodyPump> pump;  ///< null when the request went out in one small write

  /// For messages.
  [[nodiscard]] std::string target() const { return TargetName(call->destination.origin); }
  [[nodiscard]] bool sending() const { return pump && !pump->finished(); }
  [[nodiscard]] bool request_complete() const { return !pump || pump->complete(); }
};

/// One receive. The limit holds from the end of the request on; while it is being sent a silent
/// target is waiting for us. `channel` outlives the call.
Task<WireResult> ReadWithin(const Channel& channel, std::span<char> into, Milliseconds limit,
                            Awaited awaited);

/// Why reading failed, unless the connection simply ended: the error of the request's source, a
/// limit that passed (`read_timeout` for reading), or a TLS alert.
[[nodiscard]] std::optional<Error> ExplainReadFailure(const Channel& channel,
                                                      const boost::system::error_code& ec,
                                                      Error read_timeout);

/// Stops the pump and resumes when it is finished; the request's source is free afterwards.
Task<void> StopSending(std::shared_ptr<BodyPump> pump);

}  // namespace sallyport::net
