// An IP address and a CIDR block as values. Strict text forms only: no octal, hex, short or
// zero-padded IPv4.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sallyport {

class IpAddress {
 public:
  using Bytes = std::array<std::uint8_t, 16>;

  IpAddress() = default;  ///< 0.0.0.0
  static IpAddress V4(std::uint32_t host_order);
  static IpAddress V6(const Bytes& bytes);
  /// Dotted-decimal IPv4 or RFC 4291 IPv6 text, without brackets or zone.
  static std::optional<IpAddress> Parse(std::string_view text);

  [[nodiscard]] bool is_v4() const { return is_v4_; }
  /// Precondition: is_v4().
  [[nodiscard]] std::uint32_t v4() const;
  /// For IPv4 the first four bytes are used.
  [[nodiscard]] const Bytes& bytes() const { return bytes_; }
  /// RFC 5952 for IPv6.
  [[nodiscard]] std::string ToString() const;

  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;

 private:
  bool is_v4_ = true;
  Bytes bytes_{};
};

/// A block such as 10.0.0.0/8 or 2001:db8::/32; a bare address is a block of one.
class IpBlock {
 public:
  IpBlock(IpAddress base, int prefix_bits) : base_(base), prefix_bits_(prefix_bits) {}
  /// nullopt when the text is no block or bits beyond the prefix are set.
  static std::optional<IpBlock> Parse(std::string_view text);
  /// An IPv4 block holds no IPv6 address and the other way round.
  [[nodiscard]] bool Contains(const IpAddress& address) const;
  [[nodiscard]] std::string ToString() const;

 private:
  IpAddress base_;
  int prefix_bits_;
};

}  // namespace sallyport
