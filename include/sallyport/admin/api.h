// The JSON API over the store: resources, sessions, API keys, audit, status. Free of sockets and
// SQL.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sallyport/async/task.h"
#include "sallyport/base/clock.h"
#include "sallyport/base/result.h"
#include "sallyport/http/api_message.h"
#include "sallyport/oauth/service.h"
#include "sallyport/request/value.h"
#include "sallyport/store/caller.h"
#include "sallyport/store/store.h"

namespace sallyport::admin {

/// What a resource without its own `timeouts` is read with, in milliseconds: the configuration's.
struct DefaultTimeouts {
  std::int64_t connect_ms = 5000;
  std::int64_t first_byte_ms = 30000;
  std::int64_t total_ms = 60000;
};

struct Options {
  std::string public_url;
  std::size_t json_depth = 64;
  std::string version;
  DefaultTimeouts timeouts = {};
  std::vector<std::string> cors_origins = {};  ///< return_to and postMessage may go there
  bool confirm_login = true;                   ///< identity.confirm_login
};

/// Who serves a route. All but kApi make calls to targets, which admin cannot: it only says that
/// the route is there, who may use it and how it is documented.
enum class Service : std::uint8_t {
  kApi,            ///< Api::Handle
  kRun,            ///< a saved query; path values: resource, query
  kPreview,        ///< the same, nothing is sent
  kRunUnsaved,     ///< a query in the body; path value: resource
  kPreviewUnsaved  ///< the same, nothing is sent
};

/// What the router found before the caller is known. The views last as long as the API.
struct RouteVerdict {
  bool known = false;           ///< some route has this path
  std::string_view allow;       ///< every method it takes, for Allow; HEAD and OPTIONS included
  bool method_allowed = false;  ///< HEAD is where GET is; OPTIONS is not judged here
  bool has_body = false;        ///< reads a request body
  bool is_public = false;       ///< for anyone: Handle judges by what the request holds
  std::string_view label;       ///< route template for metrics and logs: "/api/v1/resources/{slug}"
  Service service = Service::kApi;       ///< of the method, when it is allowed
  std::vector<std::string> path_values;  ///< percent-decoded, in the order of the template
};

/// Shared by all shards; thread-safe (it holds no state but references and its options).
class Api {
 public:
  /// `store`, `clock` and `tokens` must outlive it and every running Handle. Without `tokens` (the
  /// command line on a stopped gateway) nobody signs in: those routes answer not_implemented.
  Api(store::Store& store, const Clock& clock, Options options,
      oauth::TokenService* tokens = nullptr);
  ~Api();
  Api(const Api&) = delete;
  Api& operator=(const Api&) = delete;

  /// Any thread; calls that run keep the options they began with.
  void SetOptions(Options options);

  /// Pure: judges method and path, before the caller.
  [[nodiscard]] RouteVerdict Judge(std::string_view method, std::string_view path) const;
  /// The right to the route, before the body is read: forbidden, or not_found for the routes of a
  /// resource that does not exist or that this caller may not use.
  [[nodiscard]] Result<void> JudgeRight(std::string_view method, std::string_view path,
                                        const store::Caller& caller,
                                        const store::Snapshot& snapshot) const;
  /// Runs the route. Errors are rendered by the caller of this function. A HEAD is answered like
  /// its GET; who writes the answer leaves the body out. An answer without body (204, 304) has an
  /// empty content_type.
  Task<Result<http::ApiResponse>> Handle(http::ApiRequest request, store::Caller caller);

  /// An unsaved query as CompileQuery takes it: validated by the field table of queries, but that
  /// it needs no slug; secrets taken out. validation_failed with pointers into `query`.
  [[nodiscard]] Result<store::Document> NormalizeQuery(const request::Value& query) const;

  /// The OpenAPI 3.1 document as bytes, built once.
  [[nodiscard]] const std::string& openapi() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sallyport::admin
