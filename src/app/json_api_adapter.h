// Binds the pipeline's view of the JSON API to admin::Api; the two layers do not know each other.
#pragma once

#include "sallyport/admin/api.h"
#include "sallyport/pipeline/gateway.h"

namespace sallyport::app {

/// Thread-safe, as the API itself. `api` outlives it.
class JsonApiAdapter final : public pipeline::JsonApi {
 public:
  explicit JsonApiAdapter(admin::Api& api) : api_(api) {}

  [[nodiscard]] Verdict Judge(std::string_view method, std::string_view path) const override;
  [[nodiscard]] Result<void> JudgeRight(std::string_view method, std::string_view path,
                                        const store::Caller& caller,
                                        const store::Snapshot& snapshot) const override;
  Task<Result<http::ApiResponse>> Handle(http::ApiRequest request, store::Caller caller) override;
  [[nodiscard]] Result<store::Document> NormalizeQuery(const request::Value& query) const override;
  [[nodiscard]] const std::string& openapi() const override;

 private:
  admin::Api& api_;
};

}  // namespace sallyport::app
