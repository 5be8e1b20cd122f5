#include "sallyport/store/token_set.h"

namespace sallyport::store {

std::string_view ToString(OwnerKind kind) {
  switch (kind) {
    case OwnerKind::kSession:
      return "session";
    case OwnerKind::kUser:
      return "user";
    case OwnerKind::kShared:
      return "shared";
    case OwnerKind::kClient:
      break;
  }
  return "client";
}

std::string TokenKey(std::int64_t resource_id, const TokenOwnerId& owner) {
  // The id stands last: a user's name may hold any byte.
  std::string key = std::to_string(resource_id);
  key.append("/").append(ToString(owner.kind)).append("/").append(owner.id);
  return key;
}

}  // namespace sallyport::store
