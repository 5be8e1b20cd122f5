// The one file that turns an Error into bytes a client sees (RFC 9457, contract section 3).
#pragma once

#include <string>
#include <string_view>

#include "sallyport/base/error.h"

namespace sallyport::http {

[[nodiscard]] int StatusOf(ErrorKind kind);
[[nodiscard]] std::string_view CodeOf(ErrorKind kind);
[[nodiscard]] std::string_view TitleOf(ErrorKind kind);

/// The body: type, title, status, detail, instance, code, message, request_id, hint, resource
/// and login_url, errors, violations. `type` is "urn:sallyport:error:<code>": a name, not an
/// address, so that it stays the same wherever the gateway runs. `errors` joins several problems of
/// one field with "; ". Never shows Error::detail(), nor anything of a kInternal error: its message
/// is for the log. `instance` is the request's path (without query: it may hold secrets).
[[nodiscard]] std::string RenderProblem(const Error& error, std::string_view instance,
                                        std::string_view request_id);

inline constexpr std::string_view kProblemJson = "application/problem+json";

}  // namespace sallyport::http
