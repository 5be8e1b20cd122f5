// Builds the request that a pass-through call sends to the target, and judges what of the target's
// answer goes back. Pure.
#pragma once

#include <string>
#include <string_view>

#include "sallyport/base/result.h"
#include "sallyport/base/secret.h"
#include "sallyport/http/field_lines.h"
#include "sallyport/http/message_head.h"
#include "sallyport/request/compiled_resource.h"

namespace sallyport::request {

/// The cookie that holds a session of this gateway: the second name when public_url is https.
/// Neither ever goes to a target or comes from one.
inline constexpr std::string_view kSessionCookie = "sallyport_session";
inline constexpr std::string_view kHostSessionCookie = "__Host-sallyport_session";
/// The same holds for the cookies of sign-ins under way, "__Host-" before it or not.
inline constexpr std::string_view kLoginCookiePrefix = "sallyport_login_";

struct ProxyOptions {
  std::string user_header;  ///< identity.user_header, dropped from what is forwarded; "" for none
  std::string user_agent;   ///< default User-Agent: "sallyport/<version>"
};

struct ProxyRequest {
  std::string target;  ///< origin-form sent to the target
  std::string head;    ///< complete head, framing fields included

  [[nodiscard]] std::string_view path() const {
    return std::string_view(target).substr(0, target.find('?'));
  }
};

/// `rest` is the caller's path after "/proxy/{r}" (raw bytes, "" or from a '/' on), `head` the
/// caller's head, `parts` the resource's own or, when it is not static, those of ExpandParts.
/// `access_token`: where the resource `adds_token`; the call's.
/// Errors: outside_base_url (dot segments, backslash), unsafe_value, and the
/// resource's own `problem`. Framing of the forwarded request: the caller's length, or chunked; a
/// POST, PUT or PATCH without body says Content-Length: 0 (RFC 9110 §8.6).
[[nodiscard]] Result<ProxyRequest> BuildProxyRequest(
    const CompiledResource& resource, const StaticParts& parts, const http::RequestHead& head,
    std::string_view rest, const ProxyOptions& options, const Secret* access_token = nullptr);

/// May a runner do this? (method and path fit proxy.*, and it is enabled)
[[nodiscard]] bool ProxyAllows(const ProxyRules& rules, std::string_view method,
                               std::string_view rest);

/// The fields of the target's answer that go back to the caller: hop-by-hop, Set-Cookie (but
/// forward_cookies), CORS, Sallyport-* and the fields that the gateway writes itself (X-Request-ID,
/// X-Content-Type-Options) dropped, Location inside base_url rewritten to /proxy/{r}/..., framing
/// fields left to the writer. `parts` and `request_path` are those of the request that was sent.
[[nodiscard]] http::FieldLines FilterAnswer(const CompiledResource& resource,
                                            const StaticParts& parts,
                                            const http::ResponseHead& head,
                                            std::string_view request_path);

}  // namespace sallyport::request
