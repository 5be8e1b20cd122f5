// One operation of the JSON API: who may call it, what it does, how it is documented. Routing,
// rights and OpenAPI are made of the same list.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sallyport/admin/api.h"
#include "sallyport/schema/field_table.h"

namespace sallyport::admin {

/// One call on its way through a handler. The pointers outlive it.
struct Call {
  store::Store* store = nullptr;
  const Clock* clock = nullptr;
  oauth::TokenService* tokens = nullptr;  ///< set for the operations that need it
  std::shared_ptr<const Options> options;
  http::ApiRequest request;
  store::Caller caller;
  std::vector<std::string> path_values;  ///< percent-decoded, in the order of the template
};

using Handler = Task<Result<http::ApiResponse>> (*)(Call call);

enum class Access : std::uint8_t {
  kPublic,  ///< pages for browsers, which have no key
  kAdmin,
  kAnyCaller,
  kSessionMaker,  ///< API keys that are admins or act for users
  kSessionItself
};

/// What a body is sent as.
enum class Body : std::uint8_t { kNone, kJson, kMergePatch, kRun /* JSON or multipart */ };

/// Which conditional request fields it knows.
enum class Conditions : std::uint8_t { kNone, kRead, kWrite, kCreateOrWrite };

struct Operation {
  std::string_view method;
  std::string_view path;  ///< template: "/api/v1/resources/{slug}"
  Access access = Access::kAdmin;
  Body body = Body::kNone;
  Handler handler = nullptr;  ///< null for what the pipeline serves
  Service service = Service::kApi;
  bool needs_tokens = false;  ///< cannot be served without a token service

  // Documentation
  std::string_view id;   ///< operationId
  std::string_view tag;  ///< group
  std::string_view summary;
  Conditions conditions = Conditions::kNone;
  bool list = false;                  ///< takes limit, cursor and q; answers a page of `answer`
  std::vector<int> statuses = {200};  ///< of success
  std::string_view answer = {};       ///< component of the answer's body, "" for none
  std::string_view input = {};        ///< component of the request's body
  std::vector<int> errors = {};       ///< beyond 401, 403, 406 and what body and conditions bring
  std::string_view note = {};         ///< longer description
};

[[nodiscard]] std::vector<Operation> ResourceOperations();
[[nodiscard]] std::vector<Operation> QueryOperations();
[[nodiscard]] std::vector<Operation> RunOperations();
[[nodiscard]] std::vector<Operation> SessionOperations();
[[nodiscard]] std::vector<Operation> ApiKeyOperations();
[[nodiscard]] std::vector<Operation> OAuthOperations();
[[nodiscard]] std::vector<Operation> OverviewOperations();

/// not_found unless the resource is there and the caller may use it: the two look alike.
[[nodiscard]] Result<void> JudgeResource(const std::string& slug, const store::Caller& caller,
                                         const store::Snapshot& snapshot);

}  // namespace sallyport::admin
