#include <cstring>

#include "sallyport/http/message_head.h"

namespace sallyport::http {

std::optional<std::size_t> FindHeadEnd(std::string_view bytes, std::size_t& scan_from) {
  const char* const begin = bytes.data();
  const char* const end = begin + bytes.size();
  const char* from = begin + (scan_from < bytes.size() ? scan_from : bytes.size());

  while (from != end) {
    const auto* const lf =
        static_cast<const char*>(std::memchr(from, '\n', static_cast<std::size_t>(end - from)));
    if (lf == nullptr) break;
    const char* next = lf + 1;
    if (next != end && *next == '\r') ++next;
    if (next == end) {  // the byte that decides has not come yet: look at this LF again
      scan_from = static_cast<std::size_t>(lf - begin);
      return std::nullopt;
    }
    if (*next == '\n') {
      scan_from = 0;
      return static_cast<std::size_t>(next + 1 - begin);
    }
    from = lf + 1;
  }
  scan_from = bytes.size();
  return std::nullopt;
}

}  // namespace sallyport::http
