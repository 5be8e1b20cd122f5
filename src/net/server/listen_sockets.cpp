// Opens listening sockets so that what is wrong with an endpoint is known, in one line, before
// anything runs.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cassert>
#include <cerrno>
#include <cstring>
#include <utility>

#include "net/server/unix_listener.h"
#include "net/server/unsent_limit.h"
#include "sallyport/net/server.h"

namespace sallyport::net {

namespace {

/// The kernel lowers it to net.core.somaxconn.
constexpr int kBacklog = 4096;

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = 0;
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  [[nodiscard]] sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

SocketAddress ToSocketAddress(const Endpoint& endpoint) {
  SocketAddress result;
  if (endpoint.address.is_v4()) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(endpoint.port);
    v4.sin_addr.s_addr = htonl(endpoint.address.v4());
    std::memcpy(&result.storage, &v4, sizeof v4);
    result.length = sizeof v4;
  } else {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(endpoint.port);
    std::memcpy(v6.sin6_addr.s6_addr, endpoint.address.bytes().data(), 16);
    std::memcpy(&result.storage, &v6, sizeof v6);
    result.length = sizeof v6;
  }
  return result;
}

std::string ReasonText(int reason) {
  switch (reason) {
    case EADDRINUSE:
      return "address in use";
    case EADDRNOTAVAIL:
      return "this machine does not have that address";
    case EACCES:
    case EPERM:
      return "permission denied";
    case EAFNOSUPPORT:
      return "the address family is not supported";
    default:
      return std::strerror(reason);
  }
}

Error CannotListen(const std::string& where, const std::string& why) {
  return Error(ErrorKind::kInternal, ErrorSource::kGateway,
               "cannot listen on " + where + ": " + why);
}

/// 0, or errno.
int SetOption(int descriptor, int level, int option, int value) {
  return setsockopt(descriptor, level, option, &value, sizeof value) == 0 ? 0 : errno;
}

int SwitchOn(int descriptor, int level, int option) {
  return SetOption(descriptor, level, option, 1);
}

enum class Sharing : std::uint8_t { kAlone, kWithOwnShards };

/// A bound TCP socket in `out`; 0, or errno.
int BindTcp(const SocketAddress& address, Sharing sharing, Descriptor& out) {
  const int family = address.get()->sa_family;
  Descriptor bound(socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!bound) return errno;
  if (const int reason = SwitchOn(bound.get(), SOL_SOCKET, SO_REUSEADDR)) return reason;
  if (family == AF_INET6) {
    if (const int reason = SwitchOn(bound.get(), IPPROTO_IPV6, IPV6_V6ONLY)) return reason;
  }
  // Accepted sockets inherit both, which saves system calls for each.
  if (const int reason = SwitchOn(bound.get(), IPPROTO_TCP, TCP_NODELAY)) return reason;
  if (const int reason =
          SetOption(bound.get(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, UnsentLimit::kCautious)) {
    return reason;
  }
  if (sharing == Sharing::kWithOwnShards) {
    if (const int reason = SwitchOn(bound.get(), SOL_SOCKET, SO_REUSEPORT)) return reason;
  }
  if (bind(bound.get(), address.get(), address.length) != 0) return errno;
  // The first socket binds alone, so that a port that another process listens on is refused even
  // if that process would share it; only then do our own shards join.
  if (sharing == Sharing::kAlone) {
    if (const int reason = SwitchOn(bound.get(), SOL_SOCKET, SO_REUSEPORT)) return reason;
  }
  out = std::move(bound);
  return 0;
}

std::uint16_t BoundPort(int descriptor) {
  SocketAddress address;
  address.length = sizeof address.storage;
  if (getsockname(descriptor, address.get(), &address.length) != 0) return 0;
  if (address.storage.ss_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address.storage, sizeof v6);
    return ntohs(v6.sin6_port);
  }
  sockaddr_in v4{};
  std::memcpy(&v4, &address.storage, sizeof v4);
  return ntohs(v4.sin_port);
}

}  // namespace

std::string Endpoint::ToString() const {
  const std::string host = address.ToString();
  return (address.is_v4() ? host : "[" + host + "]") + ":" + std::to_string(port);
}

struct ListenSockets::State {
  Endpoint endpoint;
  Door door = Door::kMain;
  std::vector<Descriptor> descriptors;
};

ListenSockets::ListenSockets(ListenSockets&&) noexcept = default;
ListenSockets& ListenSockets::operator=(ListenSockets&&) noexcept = default;
ListenSockets::~ListenSockets() = default;

Result<ListenSockets> ListenSockets::OpenTcp(const Endpoint& endpoint, Door door, int shards) {
  ListenSockets result;
  result.state_ = std::make_unique<State>();
  State& state = *result.state_;
  state.endpoint = endpoint;
  state.door = door;
  for (int shard = 0; shard < shards; ++shard) {
    const Sharing sharing = shard == 0 ? Sharing::kAlone : Sharing::kWithOwnShards;
    Descriptor bound;
    const int reason = BindTcp(ToSocketAddress(state.endpoint), sharing, bound);
    if (reason != 0) return CannotListen(endpoint.ToString(), ReasonText(reason));
    if (state.endpoint.port == 0) state.endpoint.port = BoundPort(bound.get());
    state.descriptors.push_back(std::move(bound));
  }
  for (const Descriptor& descriptor : state.descriptors) {
    if (listen(descriptor.get(), kBacklog) != 0) {
      return CannotListen(endpoint.ToString(), ReasonText(errno));
    }
  }
  return result;
}

Result<ListenSockets> ListenSockets::OpenUnix(const std::string& path, Door door) {
  Result<Descriptor> opened = ListenOnUnixPath(path, kBacklog);
  if (!opened) return CannotListen(path, opened.error().message());
  ListenSockets result;
  result.state_ = std::make_unique<State>();
  result.state_->door = door;
  result.state_->descriptors.push_back(std::move(*opened));
  return result;
}

const Endpoint& ListenSockets::endpoint() const { return state_->endpoint; }
Door ListenSockets::door() const { return state_->door; }
int ListenSockets::Take(int index) {
  assert(index >= 0 && static_cast<std::size_t>(index) < state_->descriptors.size());
  return state_->descriptors[static_cast<std::size_t>(index)].Release();
}

}  // namespace sallyport::net
