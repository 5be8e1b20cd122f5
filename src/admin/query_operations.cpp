#include "admin/query_endpoints.h"

namespace sallyport::admin {
namespace {

constexpr std::string_view kPath = "/api/v1/resources/{r}/queries";
constexpr std::string_view kOne = "/api/v1/resources/{r}/queries/{q}";

Operation ListOperation() {
  return {.method = "GET",
          .path = kPath,
          .handler = ListQueries,
          .id = "listQueries",
          .tag = "queries",
          .summary = "Queries of a resource by slug",
          .list = true,
          .answer = "Query",
          .errors = {404, 422}};
}

Operation PostOperation() {
  return {.method = "POST",
          .path = kPath,
          .body = Body::kJson,
          .handler = PostQuery,
          .id = "createQuery",
          .tag = "queries",
          .summary = "Save a query",
          .statuses = {201},
          .answer = "Query",
          .input = "Query",
          .errors = {404, 409}};
}

Operation GetOperation() {
  return {.method = "GET",
          .path = kOne,
          .handler = GetQuery,
          .id = "getQuery",
          .tag = "queries",
          .summary = "Read a query, secrets masked",
          .conditions = Conditions::kRead,
          .answer = "Query",
          .errors = {404}};
}

Operation PutOperation() {
  return {.method = "PUT",
          .path = kOne,
          .body = Body::kJson,
          .handler = PutQuery,
          .id = "putQuery",
          .tag = "queries",
          .summary = "Save or replace a query",
          .conditions = Conditions::kCreateOrWrite,
          .statuses = {200, 201},
          .answer = "Query",
          .input = "Query",
          .errors = {404},
          .note =
              "A secret that is sent as the mask keeps its stored value. "
              "Read-only members are ignored."};
}

Operation PatchOperation() {
  return {.method = "PATCH",
          .path = kOne,
          .body = Body::kMergePatch,
          .handler = PatchQuery,
          .id = "patchQuery",
          .tag = "queries",
          .summary = "Change members of a query (RFC 7396)",
          .conditions = Conditions::kWrite,
          .answer = "Query",
          .input = "QueryPatch",
          .errors = {404, 409},
          .note =
              "A secret that is left out keeps its stored value. Lists are "
              "replaced whole. Another slug renames the query."};
}

Operation DeleteOperation() {
  return {.method = "DELETE",
          .path = kOne,
          .handler = DeleteQuery,
          .id = "deleteQuery",
          .tag = "queries",
          .summary = "Delete a query",
          .conditions = Conditions::kWrite,
          .statuses = {204},
          .errors = {404}};
}

}  // namespace

std::vector<Operation> QueryOperations() {
  return {ListOperation(), PostOperation(),  GetOperation(),
          PutOperation(),  PatchOperation(), DeleteOperation()};
}

}  // namespace sallyport::admin
