// Which fields of a target's answer a caller of a run sees. Pure.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sallyport/http/field_lines.h"
#include "sallyport/http/message_head.h"
#include "sallyport/request/compiled_resource.h"

namespace sallyport::request {

/// May this Set-Cookie go to the caller? Only for names in forward_cookies, never for the gateway's
/// own.
[[nodiscard]] bool MayKeepSetCookie(const CompiledResource& resource, std::string_view value);

/// Those of an envelope: all but hop-by-hop fields and cookies that may not be kept, in order, as
/// received; a Location as RawFields gives it. `secrets` are OutgoingRequest::secrets.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> EnvelopeFields(
    const CompiledResource& resource, const http::ResponseHead& head,
    const std::vector<std::string>& secrets);

/// Those of an answer that a run passes on: as FilterAnswer, but that a Location stays where it
/// leads to, without the parameters whose value is one of `secrets`.
[[nodiscard]] http::FieldLines RawFields(const CompiledResource& resource,
                                         const http::ResponseHead& head,
                                         const std::vector<std::string>& secrets);

}  // namespace sallyport::request
