// The host of an absolute URL.
#pragma once

#include <string>
#include <string_view>

#include "sallyport/base/result.h"

namespace sallyport::http {

/// Judges and normalizes: names in lower case, IPv6 ("[::1]") without brackets in RFC 5952 form.
/// A host that ends in a number must be plain dotted-decimal IPv4, since others (127.1, 0x7f.1,
/// 010.0.0.1) mean one address to one library and a name to another. The error is
/// validation_failed, fit to show after the member's name.
[[nodiscard]] Result<std::string> ReadUrlHost(std::string_view text);

}  // namespace sallyport::http
