#include "app/json_api_adapter.h"

#include <utility>

namespace sallyport::app {
namespace {

pipeline::Service ServiceOf(admin::Service service) {
  switch (service) {
    case admin::Service::kApi:
      return pipeline::Service::kApi;
    case admin::Service::kRun:
      return pipeline::Service::kRun;
    case admin::Service::kPreview:
      return pipeline::Service::kPreview;
    case admin::Service::kRunUnsaved:
      return pipeline::Service::kRunUnsaved;
    case admin::Service::kPreviewUnsaved:
      return pipeline::Service::kPreviewUnsaved;
  }
  return pipeline::Service::kApi;
}

}  // namespace

pipeline::JsonApi::Verdict JsonApiAdapter::Judge(std::string_view method,
                                                 std::string_view path) const {
  admin::RouteVerdict found = api_.Judge(method, path);
  Verdict verdict;
  verdict.known = found.known;
  verdict.method_allowed = found.method_allowed;
  verdict.has_body = found.has_body;
  verdict.is_public = found.is_public;
  verdict.allow = found.allow;
  verdict.label = found.label;
  verdict.service = ServiceOf(found.service);
  verdict.path_values = std::move(found.path_values);
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

Result<store::Document> JsonApiAdapter::NormalizeQuery(const request::Value& query) const {
  return api_.NormalizeQuery(query);
}

const std::string& JsonApiAdapter::openapi() const { return api_.openapi(); }

}  // namespace sallyport::app
