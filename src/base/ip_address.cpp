#include "sallyport/base/ip_address.h"

#include <algorithm>
#include <cassert>
#include <charconv>

#include <arpa/inet.h>

#include "sallyport/base/strings.h"

namespace sallyport {
namespace {

std::optional<IpAddress> ParseV4(std::string_view text) {
  std::uint32_t value = 0;
  const auto parts = Split(text, '.');
  if (parts.size() != 4) return std::nullopt;
  for (const std::string_view part : parts) {
    const auto number = ParseUnsigned(part);
    const bool zero_padded = part.size() > 1 && part.front() == '0';
    if (!number || *number > 255 || zero_padded || part.size() > 3) return std::nullopt;
    value = (value << 8) | static_cast<std::uint32_t>(*number);
  }
  return IpAddress::V4(value);
}

std::optional<IpAddress> ParseV6(std::string_view text) {
  if (text.size() > INET6_ADDRSTRLEN) return std::nullopt;
  in6_addr address{};
  if (inet_pton(AF_INET6, std::string(text).c_str(), &address) != 1) return std::nullopt;
  IpAddress::Bytes bytes;
  std::copy(std::begin(address.s6_addr), std::end(address.s6_addr), bytes.begin());
  return IpAddress::V6(bytes);
}

bool BitIsSet(const IpAddress::Bytes& bytes, int bit) {
  return (bytes[static_cast<std::size_t>(bit) / 8] & (0x80 >> (bit % 8))) != 0;
}

}  // namespace

IpAddress IpAddress::V4(std::uint32_t host_order) {
  IpAddress address;
  for (std::size_t i = 0; i < 4; ++i) {
    address.bytes_[i] = static_cast<std::uint8_t>(host_order >> (24 - 8 * i));
  }
  return address;
}

IpAddress IpAddress::V6(const Bytes& bytes) {
  IpAddress address;
  address.is_v4_ = false;
  address.bytes_ = bytes;
  return address;
}

std::optional<IpAddress> IpAddress::Parse(std::string_view text) {
  return text.find(':') == std::string_view::npos ? ParseV4(text) : ParseV6(text);
}

std::uint32_t IpAddress::v4() const {
  assert(is_v4_);
  return (std::uint32_t{bytes_[0]} << 24) | (std::uint32_t{bytes_[1]} << 16) |
         (std::uint32_t{bytes_[2]} << 8) | std::uint32_t{bytes_[3]};
}

std::string IpAddress::ToString() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (is_v4_) {  // each access line has one, and inet_ntop goes through printf
    char* end = text.data();
    for (int i = 0; i < 4; ++i) {
      if (i > 0) *end++ = '.';
      end = std::to_chars(end, end + 3, bytes_[static_cast<std::size_t>(i)]).ptr;
    }
    return std::string(text.data(), end);
  }
  inet_ntop(AF_INET6, bytes_.data(), text.data(), text.size());
  return text.data();
}

std::optional<IpBlock> IpBlock::Parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto base = IpAddress::Parse(text.substr(0, slash));
  if (!base) return std::nullopt;
  const int width = base->is_v4() ? 32 : 128;
  if (slash == std::string_view::npos) return IpBlock(*base, width);

  const auto bits = ParseUnsigned(text.substr(slash + 1));
  if (!bits || *bits > static_cast<std::uint64_t>(width)) return std::nullopt;
  for (int bit = static_cast<int>(*bits); bit < width; ++bit) {
    if (BitIsSet(base->bytes(), bit)) return std::nullopt;
  }
  return IpBlock(*base, static_cast<int>(*bits));
}

bool IpBlock::Contains(const IpAddress& address) const {
  if (address.is_v4() != base_.is_v4()) return false;
  for (int bit = 0; bit < prefix_bits_; ++bit) {
    if (BitIsSet(address.bytes(), bit) != BitIsSet(base_.bytes(), bit)) return false;
  }
  return true;
}

std::string IpBlock::ToString() const {
  return base_.ToString() + "/" + std::to_string(prefix_bits_);
}

}  // namespace sallyport
