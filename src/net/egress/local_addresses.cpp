#include "net/egress/local_addresses.h"

#include <cstring>
#include <memory>

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace sallyport::net {

std::vector<IpAddress> LocalAddresses() {
  std::vector<IpAddress> addresses;
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return addresses;
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owner(list, &freeifaddrs);
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    if (entry->ifa_addr == nullptr) continue;
    if (entry->ifa_addr->sa_family == AF_INET) {
      sockaddr_in socket_address{};
      std::memcpy(&socket_address, entry->ifa_addr, sizeof(socket_address));
      addresses.push_back(IpAddress::V4(ntohl(socket_address.sin_addr.s_addr)));
    } else if (entry->ifa_addr->sa_family == AF_INET6) {
      sockaddr_in6 socket_address{};
      std::memcpy(&socket_address, entry->ifa_addr, sizeof(socket_address));
      IpAddress::Bytes bytes{};
      std::memcpy(bytes.data(), &socket_address.sin6_addr, bytes.size());
      addresses.push_back(IpAddress::V6(bytes));
    }
  }
  return addresses;
}

}  // namespace sallyport::net
