// Builds the request that a pass-through call sends to the target, and judges what of the target's
// answer goes back. Pure.
#pragma once

#include <string>
#include <string_view>

#include "sallyport/base/result.h"
#include "sallyport/http/field_lines.h"
#include "sallyport/http/message_head.h"
#include "sallyport/request/compiled_resource.h"

namespace sallyport::request {

struct ProxyOptions {
  std::string user_header;  ///< identity.user_header, dropped from what is forwarded; "" for none
  std::string user_agent;   ///< default User-Agent: "sallyport/<version>"
};

struct ProxyRequest {
  std::string method;
  http::Url url;
  std::string target;  ///< origin-form sent to the target
  std::string head;    ///< complete head, framing fields included
};

/// `rest` is the caller's path after "/proxy/{r}" (raw bytes), `head` the caller's head. Errors:
/// outside_base_url (dot segments), unsafe_value. Framing of the forwarded request: the caller's
/// length, or chunked.
[[nodiscard]] Result<ProxyRequest> BuildProxyRequest(const CompiledResource& resource,
                                                     const http::RequestHead& head,
                                                     std::string_view rest,
                                                     const ProxyOptions& options);

/// May a runner do this? (method and path fit proxy.*, and it is enabled)
[[nodiscard]] bool ProxyAllows(const ProxyRules& rules, std::string_view method,
                               std::string_view rest);

/// The fields of the target's answer that go back to the caller: hop-by-hop, Set-Cookie (but
/// forward_cookies), CORS and Sallyport-* dropped, Location inside base_url rewritten to
/// /proxy/{r}/..., framing fields left to the writer.
[[nodiscard]] http::FieldLines FilterAnswer(const CompiledResource& resource,
                                            const http::ResponseHead& head,
                                            const http::Url& request_url);

}  // namespace sallyport::request
