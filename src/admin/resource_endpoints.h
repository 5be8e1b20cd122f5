// The handlers of /api/v1/resources; resource_operations.cpp says which is which.
#pragma once

#include "admin/operation.h"

namespace sallyport::admin {

Task<Result<http::ApiResponse>> ListResources(Call call);
Task<Result<http::ApiResponse>> PostResource(Call call);
Task<Result<http::ApiResponse>> GetResource(Call call);
Task<Result<http::ApiResponse>> PutResource(Call call);
Task<Result<http::ApiResponse>> PatchResource(Call call);
Task<Result<http::ApiResponse>> DeleteResource(Call call);

}  // namespace sallyport::admin
