// What the query string and Prefer of a run say. Pure.
#pragma once

#include "sallyport/http/message_head.h"
#include "sallyport/request/inputs.h"

namespace sallyport::pipeline {

/// Does the caller want the target's own answer instead of the envelope, by `Prefer: raw`
/// (RFC 7240)?
[[nodiscard]] bool PrefersRaw(const http::RequestHead& head);
/// By `?raw=1`? "0" and "false" turn it off.
[[nodiscard]] bool HasRawFlag(const http::RequestHead& head);

/// Does the query take an input of this name?
[[nodiscard]] bool TakesInput(const request::InputRules& rules, std::string_view name);
/// The params of a GET. `raw` is the gateway's flag, unless the query takes an input of that name.
[[nodiscard]] request::Value ParamsOfGet(const http::RequestHead& head,
                                         const request::InputRules& rules);

}  // namespace sallyport::pipeline
