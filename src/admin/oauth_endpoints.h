// The handlers of sign-ins and connections; oauth_operations.cpp says which is which. All need
// Call::tokens.
#pragma once

#include "admin/operation.h"

namespace sallyport::admin {

Task<Result<http::ApiResponse>> PostLogin(Call call);
Task<Result<http::ApiResponse>> GetLogin(Call call);
Task<Result<http::ApiResponse>> GetConnection(Call call);
Task<Result<http::ApiResponse>> DeleteConnection(Call call);
Task<Result<http::ApiResponse>> ListConnections(Call call);

// For browsers: pages instead of JSON
Task<Result<http::ApiResponse>> GetConnect(Call call);
Task<Result<http::ApiResponse>> PostConnect(Call call);
Task<Result<http::ApiResponse>> GetCallback(Call call);

}  // namespace sallyport::admin
