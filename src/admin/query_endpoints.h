// The handlers of /api/v1/resources/{r}/queries; query_operations.cpp says which is which.
#pragma once

#include "admin/operation.h"

namespace sallyport::admin {

Task<Result<http::ApiResponse>> ListQueries(Call call);
Task<Result<http::ApiResponse>> PostQuery(Call call);
Task<Result<http::ApiResponse>> GetQuery(Call call);
Task<Result<http::ApiResponse>> PutQuery(Call call);
Task<Result<http::ApiResponse>> PatchQuery(Call call);
Task<Result<http::ApiResponse>> DeleteQuery(Call call);

}  // namespace sallyport::admin
