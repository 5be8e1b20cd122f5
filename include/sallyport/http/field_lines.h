// Outgoing heads. The only way to write a field line, target or status line: every byte is checked
// here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "sallyport/base/result.h"

namespace sallyport::http {

[[nodiscard]] bool IsToken(std::string_view text);  ///< RFC 9110 §5.6.2, not empty
[[nodiscard]] bool IsFieldValue(
    std::string_view text);  ///< HTAB, 0x20-0x7E, 0x80-0xFF; no other control byte
[[nodiscard]] bool IsRequestTarget(std::string_view text);  ///< 0x21-0x7E, not empty, no '#'
/// Connection, Keep-Alive, Proxy-Connection, Proxy-Authenticate, TE, Trailer, Transfer-Encoding,
/// Upgrade (RFC 9110 §7.6.1), without case. Not Proxy-Authorization: a resource may set it for its
/// target.
[[nodiscard]] bool IsHopByHop(std::string_view name);

/// A block of field lines, checked when added, ready to be sent ("Name: value\r\n"...).
class FieldLines {
 public:
  /// unsafe_value when the name is no token or the value holds a forbidden byte; nothing is added
  /// then.
  [[nodiscard]] Result<void> Add(std::string_view name, std::string_view value);
  /// For numbers we made ourselves.
  void AddNumber(std::string_view name, std::uint64_t value);
  void Append(const FieldLines& other) { bytes_ += other.bytes_; }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }
  [[nodiscard]] bool empty() const { return bytes_.empty(); }
  /// Room for that many bytes in all, to spare reallocations.
  void Reserve(std::size_t bytes) { bytes_.reserve(bytes); }

 private:
  void AppendLine(std::string_view name, std::string_view value);

  std::string bytes_;
};

/// "GET /x HTTP/1.1\r\n" + Host + fields + "\r\n". unsafe_value when `method` is no token, `target`
/// no request target or `host` no uri-host[:port]. `fields` must not hold Host.
[[nodiscard]] Result<std::string> WriteRequestHead(std::string_view method, std::string_view target,
                                                   std::string_view host, const FieldLines& fields);
/// "HTTP/1.1 200 OK\r\n" + fields + "\r\n". Precondition: 100 <= status <= 599. A forbidden byte in
/// `reason` drops it.
[[nodiscard]] std::string WriteResponseHead(int status, std::string_view reason,
                                            const FieldLines& fields);

/// The standard reason phrase, "" for an unknown status.
[[nodiscard]] std::string_view ReasonPhrase(int status);

}  // namespace sallyport::http
