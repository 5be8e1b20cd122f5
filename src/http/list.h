// Comma-separated lists in field values (RFC 9110 §5.6.1).
#pragma once

#include <cstddef>
#include <string_view>

#include "sallyport/base/strings.h"

namespace sallyport::http {

/// Calls `use(std::string_view)` for every element without the blanks around it; empty ones are
/// skipped, as §5.6.1.2 asks of recipients. For lists of tokens: quotes mean nothing here.
template <typename Use>
void ForEachElement(std::string_view list, Use&& use) {
  while (true) {
    const std::size_t comma = list.find(',');
    const std::string_view element = TrimOws(list.substr(0, comma));
    if (!element.empty()) use(element);
    if (comma == std::string_view::npos) return;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace sallyport::http
