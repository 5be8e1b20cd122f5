// The blocking look-up through the system's resolver.
#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "sallyport/net/resolver.h"

namespace sallyport::net {
namespace {

Error FromGetaddrinfo(const std::string& host, int code) {
  const bool unknown = code == EAI_NONAME || code == EAI_NODATA;
  std::string message = "cannot resolve " + host;
  message += unknown ? ": no such host name" : ": the name service gave no answer";
  return Error(ErrorKind::kDnsFailed, ErrorSource::kTarget, std::move(message))
      .WithDetail(gai_strerror(code))
      .WithHint(unknown ? "check the host in base_url" : "try again; check the gateway's DNS");
}

IpAddress FromV6(const addrinfo& entry) {
  sockaddr_in6 socket_address{};
  std::memcpy(&socket_address, entry.ai_addr, sizeof(socket_address));
  IpAddress::Bytes bytes{};
  std::memcpy(bytes.data(), &socket_address.sin6_addr, bytes.size());
  return IpAddress::V6(bytes);
}

IpAddress FromV4(const addrinfo& entry) {
  sockaddr_in socket_address{};
  std::memcpy(&socket_address, entry.ai_addr, sizeof(socket_address));
  return IpAddress::V4(ntohl(socket_address.sin_addr.s_addr));
}

Result<std::vector<IpAddress>> AskSystem(const std::string& host) {
  // No AI_ADDRCONFIG: on a machine with loopback only it would hide every answer. An address family
  // that the machine lacks fails at once when dialled, and the next address is tried.
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  const int code = getaddrinfo(host.c_str(), nullptr, &hints, &list);
  if (code != 0) return FromGetaddrinfo(host, code);
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(list, &freeaddrinfo);

  std::vector<IpAddress> addresses;
  for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
    if (entry->ai_family != AF_INET && entry->ai_family != AF_INET6) continue;
    const IpAddress address = entry->ai_family == AF_INET ? FromV4(*entry) : FromV6(*entry);
    if (std::find(addresses.begin(), addresses.end(), address) == addresses.end()) {
      addresses.push_back(address);
    }
  }
  if (addresses.empty()) return FromGetaddrinfo(host, EAI_NONAME);
  return addresses;
}

}  // namespace

Resolver::Lookup Resolver::SystemLookup() { return &AskSystem; }

}  // namespace sallyport::net
