#include "support/paths.h"

namespace sallyport::test {

std::string SourceDirectory() { return SALLYPORT_SOURCE_DIR; }
std::string GatewayBinary() { return SALLYPORT_BINARY; }
std::string MallocCounter() { return SALLYPORT_MALLOC_COUNTER; }
std::string ClockStep() { return SALLYPORT_CLOCK_STEP; }

}  // namespace sallyport::test
