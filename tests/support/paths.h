// Where the sources and what was built lie. Known to one file, so that objects of all others are
// the same in every checkout and a compiler cache can share them.
#pragma once

#include <string>

namespace sallyport::test {

/// The root of the checkout.
[[nodiscard]] std::string SourceDirectory();
/// The gateway.
[[nodiscard]] std::string GatewayBinary();
/// The library of preload/malloc_counter.cpp, for LD_PRELOAD.
[[nodiscard]] std::string MallocCounter();
/// The library of preload/clock_step.cpp, for LD_PRELOAD.
[[nodiscard]] std::string ClockStep();

}  // namespace sallyport::test
