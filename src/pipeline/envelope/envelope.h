// The answer of a run as JSON (contract section 5). Pure: no sockets, no clock, no JSON tree.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sallyport/http/message_head.h"
#include "sallyport/net/upstream.h"

namespace sallyport::pipeline {

/// Where a redirect led, secrets masked.
struct ShownHop {
  int status = 0;
  std::string url;
};

/// Where the access token of a run came from.
enum class TokenUse : std::uint8_t { kNone, kCached, kRefreshed };
[[nodiscard]] std::string_view ToString(TokenUse use);  ///< "none", "cached", "refreshed"

/// What an envelope shows. The views need to live only until RenderEnvelope returns.
struct EnvelopeParts {
  int status = 0;
  std::string_view reason;  ///< may be empty
  /// Those to show, in order; names are shown in lower case, bytes that are no UTF-8 as Latin-1.
  http::FieldViews headers;
  std::string_view content_type;      ///< of the answer, "" when it has none
  std::string_view body;              ///< decoded; as it came when `left_encoded`
  bool left_encoded = false;          ///< a content coding was not undone: shown as base64
  std::vector<std::string> warnings;  ///< those of the body follow them
  std::string_view request_json;      ///< from request::DescribeRequest; spliced as it is
  net::CallTiming timing;             ///< of the final hop's last attempt
  double total_ms = 0;
  std::vector<ShownHop> redirects;
  int attempts = 1;
  TokenUse token = TokenUse::kNone;
  std::string_view request_id;
};

[[nodiscard]] std::string RenderEnvelope(const EnvelopeParts& parts);

/// What a preview answers: {"request":...,"warnings":[...],"curl":"..."}. `request_json` is spliced
/// as it is.
[[nodiscard]] std::string RenderPreview(std::string_view request_json,
                                        const std::vector<std::string>& warnings,
                                        std::string_view curl);

}  // namespace sallyport::pipeline
