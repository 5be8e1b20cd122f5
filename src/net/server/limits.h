// How much patience a connection gets after its answer. Fixed: they only protect the gateway.
#pragma once

#include <cstddef>

#include "sallyport/base/clock.h"

namespace sallyport::net {

/// A request body that the handler did not want is read over up to here, to keep the connection.
inline constexpr std::size_t kDrainBytes = 64 * 1024;
inline constexpr Milliseconds kDrainTime{2000};

/// Before a close, what the caller still sends is thrown away for so long: closing at once would
/// answer it with RST, and the caller might lose the answer (RFC 9112 §9.6).
inline constexpr std::size_t kLingerBytes = 64 * 1024 * 1024;
inline constexpr Milliseconds kLingerTime{5000};

/// While draining, what is missing of a head that has begun has to come within so long.
inline constexpr Milliseconds kLastHeadTime{1000};

/// A caller that half-closed together with its last request is found after so long at rest.
inline constexpr Milliseconds kLookAfter{1000};

}  // namespace sallyport::net
