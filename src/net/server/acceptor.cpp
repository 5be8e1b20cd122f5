#include "net/server/acceptor.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <string>
#include <utility>

namespace sallyport::net {

namespace {

constexpr int kBatch = 64;    ///< then other work of the shard has its turn
constexpr int kSweep = 4096;  ///< no backlog is longer
constexpr std::chrono::milliseconds kRest{100};

/// The unspecified address for unix-domain sockets.
Peer PeerOf(const sockaddr_storage& storage, Door door) {
  Peer peer;
  peer.door = door;
  if (storage.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &storage, sizeof v4);
    peer.address = IpAddress::V4(ntohl(v4.sin_addr.s_addr));
    peer.port = ntohs(v4.sin_port);
  } else if (storage.ss_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &storage, sizeof v6);
    IpAddress::Bytes bytes{};
    std::memcpy(bytes.data(), v6.sin6_addr.s6_addr, bytes.size());
    peer.address = IpAddress::V6(bytes);
    peer.port = ntohs(v6.sin6_port);
  }
  return peer;
}

}  // namespace

Acceptor::Acceptor(boost::asio::io_context& context, int descriptor, Door door, Callbacks callbacks)
    : context_(context),
      descriptor_(context, descriptor),
      rest_(context),
      door_(door),
      callbacks_(std::move(callbacks)) {
  descriptor_.native_non_blocking(true);
}

void Acceptor::Start() { Wait(); }

void Acceptor::Stop() {
  for (int taken = 0; taken < kSweep && descriptor_.is_open(); ++taken) {
    if (TakeOne() != Outcome::kTaken) break;
  }
  Cancel();
}

void Acceptor::Cancel() {
  rest_.cancel();
  boost::system::error_code ignored;  // the descriptor is released either way
  descriptor_.close(ignored);
}

void Acceptor::Wait() {
  descriptor_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                         [self = shared_from_this()](const boost::system::error_code& ec) {
                           if (!ec && self->descriptor_.is_open()) self->TakeBatch();
                         });
}

void Acceptor::TakeBatch() {
  for (int taken = 0; taken < kBatch; ++taken) {
    const Outcome outcome = TakeOne();
    if (outcome == Outcome::kNothingWaits) break;
    if (outcome == Outcome::kExhausted) {
      Rest();
      return;
    }
  }
  Wait();
}

Acceptor::Outcome Acceptor::TakeOne() {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  const int accepted = accept4(descriptor_.native_handle(), reinterpret_cast<sockaddr*>(&address),
                               &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (accepted < 0) {
    const int reason = errno;
    if (reason == EAGAIN || reason == EWOULDBLOCK) return Outcome::kNothingWaits;
    // Errors of a single connection that is gone again; accept(2) names the network ones.
    if (reason == ECONNABORTED || reason == EINTR || reason == EPROTO || reason == EPERM ||
        reason == ENETDOWN || reason == ENETUNREACH || reason == EHOSTDOWN ||
        reason == EHOSTUNREACH || reason == ENOPROTOOPT || reason == ENONET ||
        reason == EOPNOTSUPP) {
      return Outcome::kTaken;
    }
    if (!failing_) {
      callbacks_.on_failure(std::string("cannot accept connections: ") + std::strerror(reason));
    }
    failing_ = true;
    return Outcome::kExhausted;
  }
  failing_ = false;

  const int family = address.ss_family == AF_UNSPEC ? AF_UNIX : address.ss_family;
  const int protocol = family == AF_UNIX ? 0 : IPPROTO_TCP;
  StreamSocket socket(context_);
  boost::system::error_code ec;
  socket.assign(boost::asio::generic::stream_protocol(family, protocol), accepted, ec);
  if (ec) {
    close(accepted);
    return Outcome::kExhausted;
  }
  callbacks_.on_connection(std::move(socket), PeerOf(address, door_));
  return Outcome::kTaken;
}

void Acceptor::Rest() {
  rest_.expires_after(kRest);
  rest_.async_wait([self = shared_from_this()](const boost::system::error_code& ec) {
    if (!ec && self->descriptor_.is_open()) self->TakeBatch();
  });
}

}  // namespace sallyport::net
