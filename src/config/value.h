// Scalars of the configuration: text in, value or a message that says what would be right.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <yaml-cpp/yaml.h>

#include "sallyport/base/result.h"
#include "sallyport/net/server.h"

namespace sallyport::config {

struct Range {
  std::uint64_t min, max;
};

/// validation_failed with a message such as `found "ten", give ...`; the key is added by the
/// caller.
Result<std::uint64_t> ParseCount(const YAML::Node& node, Range range);
/// Bytes: 1024, "64KiB", "10MB".
Result<std::uint64_t> ParseSize(const YAML::Node& node, Range range);
/// Milliseconds: 500, "30s", "5m".
Result<std::uint64_t> ParseDuration(const YAML::Node& node, Range range);
Result<bool> ParseBool(const YAML::Node& node);
/// A text that is not empty.
Result<std::string> ParseText(const YAML::Node& node);
/// "127.0.0.1:8080", "[::1]:8080", "localhost:8080" (127.0.0.1).
Result<net::Endpoint> ParseEndpoint(std::string_view text);

/// `"abc"`, `a list`, `a mapping`, `nothing`: for "found ...".
[[nodiscard]] std::string Describe(const YAML::Node& node);
[[nodiscard]] std::string Quoted(std::string_view text);
[[nodiscard]] Error Wrong(std::string message);

}  // namespace sallyport::config
