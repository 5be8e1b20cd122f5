// Reads requests and makes answers: media types, JSON bodies, Accept.
#pragma once

#include <string>
#include <string_view>

#include "admin/operation.h"
#include "sallyport/base/json.h"

namespace sallyport::admin {

/// unsupported_media_type unless the body is sent as `body` wants it (charset=utf-8 is fine).
[[nodiscard]] Result<void> JudgeContentType(Body body, std::string_view content_type);

/// not_acceptable when Accept rules application/json out. "" accepts everything.
[[nodiscard]] Result<void> JudgeAccept(std::string_view accept);

/// The body as JSON: unsupported_media_type, malformed_json, or validation_failed when it is no
/// object.
[[nodiscard]] Result<Json> ReadObject(const Call& call, Body body);

/// The same with the spelling of numbers kept (spelled_json.h).
[[nodiscard]] Result<Json> ReadSpelledObject(const Call& call, Body body);

/// `body` may hold spelled numbers.
[[nodiscard]] http::ApiResponse Answer(int status, const Json& body);
/// 204 or 304.
[[nodiscard]] http::ApiResponse AnswerWithoutBody(int status);

}  // namespace sallyport::admin
