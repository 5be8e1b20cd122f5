#include "sallyport/base/version.h"

namespace sallyport {

std::string_view Version() { return SALLYPORT_VERSION; }

}  // namespace sallyport
