#include "admin/examples.h"

namespace sallyport::admin {
namespace {

constexpr const char* kResource = R"({
  "slug": "github",
  "name": "GitHub",
  "base_url": "https://api.github.com",
  "params": [{"name": "per_page", "value": "50"}],
  "headers": [{"name": "Accept", "value": "application/vnd.github+json"}],
  "variables": {"org": "acme"},
  "auth": {"type": "bearer", "token": "put-the-token-here"},
  "proxy": {"enabled": true, "methods": ["GET", "HEAD"], "paths": ["/repos"]}
})";

constexpr const char* kPatch = R"({
  "timeouts": {"total_ms": 10000},
  "description": null
})";

constexpr const char* kQuery = R"({
  "slug": "get-user",
  "name": "Get user",
  "method": "GET",
  "path": "/users/{{ params.id }}",
  "inputs": [{"name": "id", "type": "integer"}]
})";

constexpr const char* kQueryPatch = R"({
  "retries": 2,
  "timeout_ms": 10000
})";

constexpr const char* kRun = R"({
  "params": {"id": 5}
})";

constexpr const char* kUnsaved = R"({
  "query": {"method": "POST", "path": "/users",
            "body": {"type": "json", "value": {"name": "{{ params.name }}"}}},
  "params": {"name": "Alice"}
})";

constexpr const char* kSession = R"({
  "user": "alice",
  "ttl_seconds": 28800,
  "attributes": {"team": "support"}
})";

constexpr const char* kApiKey = R"({
  "name": "nightly export",
  "role": "runner",
  "resources": ["github"]
})";

}  // namespace

Json ExampleInput(std::string_view operation_id) {
  if (operation_id == "createResource" || operation_id == "putResource") {
    return Json::parse(kResource);
  }
  if (operation_id == "patchResource") return Json::parse(kPatch);
  if (operation_id == "createQuery" || operation_id == "putQuery") return Json::parse(kQuery);
  if (operation_id == "patchQuery") return Json::parse(kQueryPatch);
  if (operation_id == "runQuery" || operation_id == "previewQuery") return Json::parse(kRun);
  if (operation_id == "runRequest" || operation_id == "previewRequest") {
    return Json::parse(kUnsaved);
  }
  if (operation_id == "createSession") return Json::parse(kSession);
  if (operation_id == "createApiKey") return Json::parse(kApiKey);
  return nullptr;
}

}  // namespace sallyport::admin
