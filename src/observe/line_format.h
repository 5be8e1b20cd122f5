// One log line as bytes. Pure.
#pragma once

#include <string>
#include <string_view>

#include "sallyport/base/json.h"
#include "sallyport/observe/log.h"

namespace sallyport::observe {

[[nodiscard]] std::string_view ToString(Level level);  ///< "info"

/// Appends a JSON string, quotes included. Control characters are escaped, invalid UTF-8 is
/// replaced by U+FFFD: a line stays one line and one JSON text whatever a caller sends.
void AppendJsonString(std::string& out, std::string_view text);

/// Neither ends in a newline. `time` is RFC 3339.
[[nodiscard]] std::string FormatEvent(Format format, std::string_view time, Level level,
                                      std::string_view message, std::string_view request_id,
                                      const Json& fields);
void AppendAccess(std::string& out, Format format, std::string_view time,
                  const AccessRecord& record);

}  // namespace sallyport::observe
