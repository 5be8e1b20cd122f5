// What a read is for.
#pragma once

#include <cstdint>

namespace sallyport::net {

enum class Awaited : std::uint8_t {
  kMore,        ///< of something begun, or its end: what is there already is found first
  kNextMessage  ///< of a peer that sent its last one whole: where the last read left nothing, an
                ///< event is waited for, and an end that came along with it is not found
};

}  // namespace sallyport::net
