#include "app/json_api_adapter.h"

#include <utility>

namespace sallyport::app {

pipeline::JsonApi::Verdict JsonApiAdapter::Judge(std::string_view method,
                                                 std::string_view path) const {
  admin::RouteVerdict found = api_.Judge(method, path);
  Verdict verdict;
  verdict.known = found.known;
  verdict.method_allowed = found.method_allowed;
  verdict.has_body = found.has_body;
  verdict.label = std::move(found.label);
  for (const std::string& allowed : found.allowed) {
    verdict.allow += (verdict.allow.empty() ? "" : ", ") + allowed;
  }
  return verdict;
}

Result<void> JsonApiAdapter::JudgeRight(std::string_view method, std::string_view path,
                                        const store::Caller& caller,
                                        const store::Snapshot& snapshot) const {
  return api_.JudgeRight(method, path, caller, snapshot);
}

Task<Result<http::ApiResponse>> JsonApiAdapter::Handle(http::ApiRequest request,
                                                       store::Caller caller) {
  return api_.Handle(std::move(request), std::move(caller));
}

const std::string& JsonApiAdapter::openapi() const { return api_.openapi(); }

}  // namespace sallyport::app
