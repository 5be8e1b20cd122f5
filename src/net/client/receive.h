// One receive on a target's socket.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include <boost/system/error_code.hpp>

namespace sallyport::net {

/// What a read is for.
enum class Awaited : std::uint8_t {
  kMore,   ///< of something begun, or its end: what is there already is found first
  kAnswer  ///< to a request just sent: where the last read left nothing, an event is waited for
};

struct WireResult {
  boost::system::error_code error;
  std::size_t bytes = 0;
};

/// Without waiting; nullopt when nothing has arrived.
[[nodiscard]] std::optional<WireResult> ReceiveNow(int descriptor, std::span<char> into);

}  // namespace sallyport::net
