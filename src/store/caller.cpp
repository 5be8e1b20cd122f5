#include "sallyport/store/caller.h"

#include <memory>

#include "sallyport/store/model.h"

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

CallerPointer MakeCaller(const ApiKey& key) {
  auto caller = std::make_shared<Caller>();
  caller->role = key.role;
  caller->id = key.id;
  caller->name = key.name;
  caller->resources = key.resources;
  caller->act_as_users = key.act_as_users || key.role == Role::kAdmin;
  caller->expires_at = key.expires_at;
  return caller;
}

CallerPointer MakeCaller(const Session& session) {
  auto caller = std::make_shared<Caller>();
  caller->kind = CallerKind::kSession;
  caller->id = session.id;
  caller->resources = session.resources;
  caller->user = session.user;
  caller->user_attributes = session.attributes;
  caller->expires_at = session.expires_at;
  return caller;
}

}  // namespace sallyport::store
