#include "config/value.h"

#include <array>
#include <limits>
#include <optional>

#include "sallyport/base/strings.h"

namespace sallyport::config {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

constexpr std::uint64_t kKibi = 1024, kKilo = 1000;
constexpr std::array<Unit, 8> kSizeUnits{{{"", 1},
                                          {"B", 1},
                                          {"KiB", kKibi},
                                          {"MiB", kKibi* kKibi},
                                          {"GiB", kKibi* kKibi* kKibi},
                                          {"kB", kKilo},
                                          {"MB", kKilo* kKilo},
                                          {"GB", kKilo* kKilo* kKilo}}};
constexpr std::array<Unit, 5> kTimeUnits{
    {{"", 1}, {"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}}};

/// Digits and a unit, blanks between them allowed; nullopt for anything else and on overflow.
template <std::size_t N>
std::optional<std::uint64_t> ParseWithUnit(std::string_view text,
                                           const std::array<Unit, N>& units) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = ParseUnsigned(text.substr(0, digits));
  const std::string_view name = Trim(text.substr(digits));
  if (!number) return std::nullopt;
  for (const Unit& unit : units) {
    if (!EqualsIgnoreCase(unit.name, name)) continue;
    if (*number > std::numeric_limits<std::uint64_t>::max() / unit.factor) return std::nullopt;
    return *number * unit.factor;
  }
  return std::nullopt;
}

bool Within(std::uint64_t value, Range range) { return value >= range.min && value <= range.max; }

std::string RangeText(Range range, std::string_view unit) {
  return "from " + std::to_string(range.min) + " to " + std::to_string(range.max) +
         std::string(unit);
}

std::string_view TextOf(const YAML::Node& node) {
  return node.IsScalar() ? Trim(node.Scalar()) : std::string_view();
}

std::optional<IpAddress> ParseListenHost(std::string_view host) {
  if (EqualsIgnoreCase(host, "localhost")) return IpAddress::V4(0x7F000001);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  const auto address = IpAddress::Parse(bracketed ? host.substr(1, host.size() - 2) : host);
  if (!address || address->is_v4() == bracketed) return std::nullopt;
  return address;
}

}  // namespace

std::string Quoted(std::string_view text) {
  constexpr std::size_t kShown = 80;
  std::string quoted = "\"";
  for (const char c : text.substr(0, kShown)) {
    const auto byte = static_cast<unsigned char>(c);
    quoted += byte < 0x20 || byte == 0x7F ? '?' : c;
  }
  return quoted + (text.size() > kShown ? "...\"" : "\"");
}

std::string Describe(const YAML::Node& node) {
  if (node.IsSequence()) return "a list";
  if (node.IsMap()) return "a mapping";
  if (!node.IsScalar()) return "nothing";
  return Quoted(node.Scalar());
}

Error Wrong(std::string message) {
  return Error(ErrorKind::kValidationFailed, ErrorSource::kCaller, std::move(message));
}

Result<std::uint64_t> ParseCount(const YAML::Node& node, Range range) {
  const auto number = ParseUnsigned(TextOf(node));
  if (number && Within(*number, range)) return *number;
  return Wrong("found " + Describe(node) + ", give a whole number " + RangeText(range, ""));
}

Result<std::uint64_t> ParseSize(const YAML::Node& node, Range range) {
  const auto bytes = ParseWithUnit(TextOf(node), kSizeUnits);
  if (bytes && Within(*bytes, range)) return *bytes;
  return Wrong("found " + Describe(node) + ", give a size such as 1048576 or 1MiB, " +
               RangeText(range, " bytes"));
}

Result<std::uint64_t> ParseDuration(const YAML::Node& node, Range range) {
  const auto duration = ParseWithUnit(TextOf(node), kTimeUnits);
  if (duration && Within(*duration, range)) return *duration;
  return Wrong("found " + Describe(node) + ", give milliseconds or a time such as 30s, " +
               RangeText(range, " ms"));
}

Result<bool> ParseBool(const YAML::Node& node) {
  const std::string text = ToLowerAscii(TextOf(node));
  if (text == "true" || text == "yes" || text == "on") return true;
  if (text == "false" || text == "no" || text == "off") return false;
  return Wrong("found " + Describe(node) + ", give true or false");
}

Result<std::string> ParseText(const YAML::Node& node) {
  const std::string_view text = TextOf(node);
  if (text.empty()) return Wrong("found " + Describe(node) + ", give a text that is not empty");
  return std::string(text);
}

Result<net::Endpoint> ParseEndpoint(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon != std::string_view::npos) {
    const auto address = ParseListenHost(text.substr(0, colon));
    const auto port = ParseUnsigned(text.substr(colon + 1));
    if (address && port && *port <= 65535) {
      return net::Endpoint{*address, static_cast<std::uint16_t>(*port)};
    }
  }
  return Wrong("found " + Quoted(text) +
               ", give an IP address and a port such as 127.0.0.1:8080 or [::1]:8080");
}

}  // namespace sallyport::config
