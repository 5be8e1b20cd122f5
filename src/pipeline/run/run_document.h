// The JSON that a run is asked for with: {"params":{...}}, and {"query":{...},"params":{...}} for
// an unsaved query. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "sallyport/base/result.h"
#include "sallyport/request/value.h"

namespace sallyport::pipeline {

struct RunDocument {
  std::optional<request::Value> query;  ///< of an unsaved run
  request::Value params = request::Value::Object({});
};

enum class QueryMember : std::uint8_t { kNone, kRequired };

/// `body` may be empty: no params. Errors:
/// malformed_json; validation_failed naming the members that are unknown, missing or no object.
[[nodiscard]] Result<RunDocument> ParseRunDocument(std::string_view body, std::size_t json_depth,
                                                   QueryMember query);

/// The part "params" of a form. Errors: malformed_json, validation_failed.
[[nodiscard]] Result<request::Value> ParseParams(std::string_view text, std::size_t json_depth);
/// The part "query" of a form. The same errors.
[[nodiscard]] Result<request::Value> ParseQuery(std::string_view text, std::size_t json_depth);

/// The error for an unsaved query that is not there.
[[nodiscard]] Error QueryMissing();
/// An error about a query document as one about the body that holds it: its pointers begin with
/// "/query".
[[nodiscard]] Error InsideQuery(const Error& error);

}  // namespace sallyport::pipeline
