// Accepts callers' connections on every shard and runs one session per connection.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "sallyport/base/clock.h"
#include "sallyport/base/ip_address.h"
#include "sallyport/base/result.h"
#include "sallyport/http/message_head.h"
#include "sallyport/net/server_exchange.h"

namespace sallyport::net {

struct ServerLimits {
  http::HeadLimits head;
  std::size_t connections = 10000;   ///< all shards together; one more gets 503 and close
  Milliseconds request_head{15000};  ///< for the whole head
  Milliseconds body_idle{30000};     ///< per read or write of a body
  Milliseconds idle_caller{60000};   ///< keep-alive
};

struct Endpoint {
  IpAddress address;
  std::uint16_t port = 0;
  friend auto operator<=>(const Endpoint&, const Endpoint&) = default;
  [[nodiscard]] std::string ToString() const;  ///< "127.0.0.1:8080", "[::1]:8080"
};

/// Bound and listening sockets, opened before any shard runs so that a port in use stops the start.
/// Each shard accepts on its own SO_REUSEPORT socket of the same endpoint.
class ListenSockets {
 public:
  /// connect_failed-free: errors are kInternal with a message such as "cannot listen on
  /// 127.0.0.1:8080: address in use".
  static Result<ListenSockets> OpenTcp(const Endpoint& endpoint, Door door, int shards);
  /// A unix-domain socket, mode 0600; a stale file is replaced. Served by shard 0.
  static Result<ListenSockets> OpenUnix(const std::string& path, Door door);
  ListenSockets(ListenSockets&&) noexcept;
  ListenSockets& operator=(ListenSockets&&) noexcept;
  ~ListenSockets();
  [[nodiscard]] const Endpoint& endpoint() const;  ///< with the port that was picked
  [[nodiscard]] Door door() const;
  /// Gives up ownership of shard `index`'s descriptor.
  [[nodiscard]] int Take(int index);

 private:
  ListenSockets() = default;
  struct State;
  std::unique_ptr<State> state_;
};

/// Connections of all shards, for the limit and the metrics.
struct ConnectionCount {
  std::atomic<std::size_t> open{0};
};

/// Serves one shard. Construct, call and destroy on the shard's thread (or before its io_context
/// runs).
class Server {
 public:
  Server(boost::asio::io_context& context, Handler& handler, ServerLimits limits,
         ConnectionCount& count, const Clock& clock);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Takes over a listening descriptor.
  void Accept(int listening_descriptor, Door door, bool unix_domain);
  /// New limits hold for connections accepted from now on.
  void SetLimits(ServerLimits limits);
  /// While draining every answer carries Connection: close and idle connections are closed.
  void StartDraining();
  /// Stops accepting.
  void StopAccepting();
  /// Closes every connection now.
  void CloseAll();
  [[nodiscard]] std::size_t open_connections() const;
  [[nodiscard]] std::size_t busy_connections() const;  ///< with a request in flight

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace sallyport::net
