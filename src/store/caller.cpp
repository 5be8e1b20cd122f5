#include "sallyport/store/caller.h"

namespace sallyport::store {

std::string_view ToString(CallerKind kind) {
  switch (kind) {
    case CallerKind::kSession:
      return "session";
    case CallerKind::kControl:
      return "control";
    case CallerKind::kApiKey:
      break;
  }
  return "api_key";
}

}  // namespace sallyport::store
