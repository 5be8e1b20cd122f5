// What a reverse proxy in front of us may say about its callers.
#pragma once

#include <string>
#include <vector>

#include "sallyport/base/ip_address.h"
#include "sallyport/http/message_head.h"

namespace sallyport::pipeline {

/// Is the socket's peer one of the proxies? An IPv4-mapped IPv6 address counts as its IPv4 one.
[[nodiscard]] bool IsTrusted(const IpAddress& peer, const std::vector<IpBlock>& trusted);

/// The address of the caller, for logs and the audit: the peer, or, when that is trusted, the
/// right-most entry of X-Forwarded-For that is no trusted proxy itself. Entries further left may be
/// forged.
[[nodiscard]] std::string ClientAddress(const IpAddress& peer, const http::FieldViews& fields,
                                        const std::vector<IpBlock>& trusted);

}  // namespace sallyport::pipeline
