#include "admin/resource_endpoints.h"

namespace sallyport::admin {
namespace {

constexpr std::string_view kPath = "/api/v1/resources";
constexpr std::string_view kOne = "/api/v1/resources/{slug}";

Operation ListOperation() {
  return {.method = "GET",
          .path = kPath,
          .handler = ListResources,
          .id = "listResources",
          .tag = "resources",
          .summary = "Resources by slug",
          .list = true,
          .answer = "Resource",
          .errors = {422}};
}

Operation PostOperation() {
  return {.method = "POST",
          .path = kPath,
          .body = Body::kJson,
          .handler = PostResource,
          .id = "createResource",
          .tag = "resources",
          .summary = "Make a resource",
          .statuses = {201},
          .answer = "Resource",
          .input = "Resource",
          .errors = {409}};
}

Operation GetOperation() {
  return {.method = "GET",
          .path = kOne,
          .handler = GetResource,
          .id = "getResource",
          .tag = "resources",
          .summary = "Read a resource, secrets masked",
          .conditions = Conditions::kRead,
          .answer = "Resource",
          .errors = {404}};
}

Operation PutOperation() {
  return {.method = "PUT",
          .path = kOne,
          .body = Body::kJson,
          .handler = PutResource,
          .id = "putResource",
          .tag = "resources",
          .summary = "Make or replace a resource",
          .conditions = Conditions::kCreateOrWrite,
          .statuses = {200, 201},
          .answer = "Resource",
          .input = "Resource",
          .note =
              "A secret that is sent as the mask keeps its stored value. "
              "Read-only members are ignored."};
}

Operation PatchOperation() {
  return {.method = "PATCH",
          .path = kOne,
          .body = Body::kMergePatch,
          .handler = PatchResource,
          .id = "patchResource",
          .tag = "resources",
          .summary = "Change members of a resource (RFC 7396)",
          .conditions = Conditions::kWrite,
          .answer = "Resource",
          .input = "ResourcePatch",
          .errors = {404, 409},
          .note =
              "A secret that is left out keeps its stored value. Lists are "
              "replaced whole. Another slug renames the resource: API keys that "
              "name the old one no longer reach it."};
}

Operation DeleteOperation() {
  return {.method = "DELETE",
          .path = kOne,
          .handler = DeleteResource,
          .id = "deleteResource",
          .tag = "resources",
          .summary = "Delete a resource with its queries and tokens",
          .conditions = Conditions::kWrite,
          .statuses = {204},
          .errors = {404}};
}

}  // namespace

std::vector<Operation> ResourceOperations() {
  return {ListOperation(), PostOperation(),  GetOperation(),
          PutOperation(),  PatchOperation(), DeleteOperation()};
}

}  // namespace sallyport::admin
