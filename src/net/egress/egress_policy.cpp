#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "net/egress/host_name.h"
#include "net/egress/local_addresses.h"
#include "net/egress/special_addresses.h"
#include "sallyport/net/egress.h"

namespace sallyport::net {
namespace {

bool IsUnspecified(const IpAddress& address) {
  const auto& bytes = address.bytes();
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; });
}

bool IsLoopback(const IpAddress& address) {
  return ClassifyAddress(address) == AddressClass::kLoopback;
}

bool NameMatches(const EgressRule& rule, std::string_view name) {
  if (!rule.wildcard) return name == rule.name;
  return name.size() > rule.name.size() + 1 && name.ends_with(rule.name) &&
         name[name.size() - rule.name.size() - 1] == '.';
}

bool Matches(const std::vector<EgressRule>& rules, std::string_view name, const IpAddress& address,
             std::uint16_t port) {
  return std::any_of(rules.begin(), rules.end(), [&](const EgressRule& rule) {
    if (rule.port && *rule.port != port) return false;
    return rule.block ? rule.block->Contains(address) : NameMatches(rule, name);
  });
}

EgressVerdict VerdictOnClass(AddressClass kind, const EgressOptions& options) {
  switch (kind) {
    case AddressClass::kPublic:
      return EgressVerdict::kAllowed;
    case AddressClass::kLoopback:
      return options.allow_loopback ? EgressVerdict::kAllowedByRule
                                    : EgressVerdict::kDeniedLoopback;
    case AddressClass::kPrivate:
      return options.allow_private ? EgressVerdict::kAllowedByRule : EgressVerdict::kDeniedPrivate;
    case AddressClass::kShared:
      return EgressVerdict::kDeniedPrivate;
    case AddressClass::kLinkLocal:
      return EgressVerdict::kDeniedLinkLocal;
    case AddressClass::kMetadata:
      return EgressVerdict::kDeniedMetadata;
    case AddressClass::kReserved:
      break;
  }
  return EgressVerdict::kDeniedReserved;
}

/// A denial by range reached through another address is a denial of the embedding.
EgressVerdict Embedded(EgressVerdict verdict) {
  if (IsAllowed(verdict) || verdict == EgressVerdict::kDeniedByRule ||
      verdict == EgressVerdict::kDeniedSelf) {
    return verdict;
  }
  return EgressVerdict::kDeniedEmbedded;
}

}  // namespace

EgressPolicy::EgressPolicy(EgressOptions options) : options_(std::move(options)) {
  if (!options_.local_addresses) options_.local_addresses = LocalAddresses();
}

EgressVerdict EgressPolicy::Judge(std::string_view name, const IpAddress& address,
                                  std::uint16_t port) const {
  const IpAddress dialled = Unmapped(address);
  const EgressVerdict verdict = JudgeAddress(CanonicalName(name), dialled, port);
  return dialled == address ? verdict : Embedded(verdict);
}

EgressVerdict EgressPolicy::JudgeAddress(std::string_view name, const IpAddress& address,
                                         std::uint16_t port) const {
  if (IsOwnListener(address, port)) return EgressVerdict::kDeniedSelf;
  if (Matches(options_.deny, name, address, port)) return EgressVerdict::kDeniedByRule;

  // What an IPv6 form carries is judged as if it was dialled itself. Our own listeners and `deny`
  // cannot be reached around through it, not even with an `allow` for the outer address.
  const std::vector<IpAddress> carried = CarriedAddresses(address);
  EgressVerdict inner = EgressVerdict::kAllowed;
  for (const IpAddress& each : carried) {
    const EgressVerdict verdict = JudgeAddress({}, each, port);
    if (verdict == EgressVerdict::kDeniedSelf || verdict == EgressVerdict::kDeniedByRule) {
      return verdict;
    }
    if (IsAllowed(inner)) inner = verdict;
  }
  if (Matches(options_.allow, name, address, port)) return EgressVerdict::kAllowedByRule;
  if (!IsAllowed(inner) || CarriesUnreadableAddress(address)) return EgressVerdict::kDeniedEmbedded;

  const EgressVerdict outer = VerdictOnClass(ClassifyAddress(address), options_);
  return outer == EgressVerdict::kAllowed ? inner : outer;
}

bool EgressPolicy::IsOwnListener(const IpAddress& address, std::uint16_t port) const {
  return std::any_of(options_.own_listeners.begin(), options_.own_listeners.end(),
                     [&](const Endpoint& listener) {
                       if (listener.port != port) return false;
                       const IpAddress bound = Unmapped(listener.address);
                       if (bound == address) return true;
                       // Dialling 0.0.0.0 or :: reaches this machine's loopback.
                       if (IsUnspecified(address)) return IsLoopback(bound) || IsUnspecified(bound);
                       return IsUnspecified(bound) && IsLocal(address);
                     });
}

bool EgressPolicy::IsLocal(const IpAddress& address) const {
  const std::vector<IpAddress>& local = *options_.local_addresses;
  return IsLoopback(address) || std::find(local.begin(), local.end(), address) != local.end();
}

bool IsAllowed(EgressVerdict verdict) {
  return verdict == EgressVerdict::kAllowed || verdict == EgressVerdict::kAllowedByRule;
}

std::string_view ToString(EgressVerdict verdict) {
  switch (verdict) {
    case EgressVerdict::kAllowed:
      return "allowed";
    case EgressVerdict::kAllowedByRule:
      return "allowed_by_rule";
    case EgressVerdict::kDeniedByRule:
      return "denied_by_rule";
    case EgressVerdict::kDeniedSelf:
      return "denied_self";
    case EgressVerdict::kDeniedLoopback:
      return "denied_loopback";
    case EgressVerdict::kDeniedPrivate:
      return "denied_private";
    case EgressVerdict::kDeniedLinkLocal:
      return "denied_link_local";
    case EgressVerdict::kDeniedMetadata:
      return "denied_metadata";
    case EgressVerdict::kDeniedReserved:
      return "denied_reserved";
    case EgressVerdict::kDeniedEmbedded:
      break;
  }
  return "denied_embedded";
}

}  // namespace sallyport::net
