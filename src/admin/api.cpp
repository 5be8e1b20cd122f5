#include "sallyport/admin/api.h"

#include <iterator>
#include <mutex>

#include "admin/message.h"
#include "admin/openapi.h"
#include "admin/operation.h"
#include "admin/query_document.h"
#include "admin/query_table.h"
#include "admin/refusals.h"
#include "admin/router.h"
#include "admin/spelled_json.h"

namespace sallyport::admin {
namespace {

std::vector<Operation> AllOperations() {
  std::vector<Operation> all;
  for (std::vector<Operation> part :
       {ResourceOperations(), QueryOperations(), RunOperations(), SessionOperations(),
        ApiKeyOperations(), OAuthOperations(), OverviewOperations()}) {
    all.insert(all.end(), std::make_move_iterator(part.begin()),
               std::make_move_iterator(part.end()));
  }
  return all;
}

Error UnknownPath() {
  return Error(ErrorKind::kNotFound, ErrorSource::kCaller, "there is nothing at this path")
      .WithHint("GET /openapi.json lists every path");
}

Error WrongMethod(const Route& route) {
  return Error(ErrorKind::kMethodNotAllowed, ErrorSource::kCaller,
               "this path takes " + route.allow + " only")
      .WithAllow(route.allow);
}

}  // namespace

/// A resource that a runner may not use looks to it like one that is not there.
Result<void> JudgeResource(const std::string& slug, const store::Caller& caller,
                           const store::Snapshot& snapshot) {
  if (caller.MayUse(slug) && snapshot.resources.Find(slug)) return {};
  if (caller.is_admin()) return NotFound("resource", slug, "/api/v1/resources");
  // As the proxy says it; and runners cannot list resources.
  return Error(ErrorKind::kNotFound, ErrorSource::kCaller,
               "There is no resource \"" + slug + "\" that this caller may use.");
}

Error NotServedHere() {
  return Error(ErrorKind::kNotImplemented, ErrorSource::kGateway,
               "calls to targets are made by a running gateway, through its HTTP listener only");
}

class Api::Impl {
 public:
  Impl(store::Store& store_in, const Clock& clock_in, Options options,
       oauth::TokenService* tokens_in)
      : store(store_in),
        clock(clock_in),
        tokens(tokens_in),
        router(AllOperations()),
        openapi(DescribeApi(router, options.version)),
        options_(std::make_shared<const Options>(std::move(options))) {}

  [[nodiscard]] std::shared_ptr<const Options> options() const {
    const std::lock_guard lock(mutex_);
    return options_;
  }
  void SetOptions(Options options) {
    auto next = std::make_shared<const Options>(std::move(options));
    const std::lock_guard lock(mutex_);
    options_ = std::move(next);
  }

  store::Store& store;
  const Clock& clock;
  oauth::TokenService* const tokens;
  const Router router;
  const std::string openapi;

 private:
  mutable std::mutex mutex_;  // held for the copy of a pointer only
  std::shared_ptr<const Options> options_;
};

Api::Api(store::Store& store, const Clock& clock, Options options, oauth::TokenService* tokens)
    : impl_(std::make_unique<Impl>(store, clock, std::move(options), tokens)) {}

Api::~Api() = default;

void Api::SetOptions(Options options) { impl_->SetOptions(std::move(options)); }

RouteVerdict Api::Judge(std::string_view method, std::string_view path) const {
  RouteVerdict verdict;
  const Route* route = impl_->router.Find(path);
  if (route == nullptr) return verdict;
  verdict.known = true;
  verdict.label = route->path;
  verdict.allow = route->allow;
  if (const Operation* operation = FindOperation(*route, method)) {
    verdict.method_allowed = true;
    verdict.has_body = operation->body != Body::kNone;
    verdict.is_public = operation->access == Access::kPublic;
    verdict.service = operation->service;
    verdict.path_values = PathValues(*route, path);
  }
  return verdict;
}

Result<void> Api::JudgeRight(std::string_view method, std::string_view path,
                             const store::Caller& caller, const store::Snapshot& snapshot) const {
  const Route* route = impl_->router.Find(path);
  if (route == nullptr) return UnknownPath();
  const Operation* operation = FindOperation(*route, method);
  if (operation == nullptr) return WrongMethod(*route);
  Result<void> allowed = JudgeAccess(operation->access, caller);
  if (!allowed || operation->service == Service::kApi) return allowed;
  return JudgeResource(PathValues(*route, path).front(), caller, snapshot);
}

Task<Result<http::ApiResponse>> Api::Handle(http::ApiRequest request, store::Caller caller) {
  const Route* route = impl_->router.Find(request.path);
  if (route == nullptr) co_return UnknownPath();
  const Operation* operation = FindOperation(*route, request.method);
  if (operation == nullptr) co_return WrongMethod(*route);
  // Whoever calls has judged the right already; a second look costs nothing and keeps this safe
  // by itself.
  Result<void> allowed = JudgeAccess(operation->access, caller);
  if (!allowed) co_return allowed.error();
  if (operation->handler == nullptr) co_return NotServedHere();
  if (operation->needs_tokens && impl_->tokens == nullptr) co_return NotServedHere();
  Result<void> acceptable;
  if (operation->access != Access::kPublic) acceptable = JudgeAccept(request.accept);
  if (!acceptable) co_return acceptable.error();

  Call call;
  call.store = &impl_->store;
  call.clock = &impl_->clock;
  call.tokens = impl_->tokens;
  call.options = impl_->options();
  call.path_values = PathValues(*route, request.path);
  call.request = std::move(request);
  call.caller = std::move(caller);
  const Handler handler = operation->handler;
  Result<http::ApiResponse> response = co_await handler(std::move(call));
  co_return response;
}

Result<store::Document> Api::NormalizeQuery(const request::Value& query) const {
  const StoredDocument nothing;
  Result<BuiltDocument> built = BuildQuery(UnsavedQueryTable(), SpelledJson(query), nothing);
  if (!built) return std::move(built).error();
  return std::move(built->document);
}

const std::string& Api::openapi() const { return impl_->openapi; }

}  // namespace sallyport::admin
