// Accepts callers' connections on every shard and runs one session per connection.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/io_context.hpp>

#include "sallyport/base/clock.h"
#include "sallyport/base/ip_address.h"
#include "sallyport/base/result.h"
#include "sallyport/http/message_head.h"
#include "sallyport/net/server_exchange.h"

namespace sallyport::net {

struct ServerLimits {
  http::HeadLimits head;
  std::size_t connections = 10000;  ///< all shards together; one more gets 503 and close
  /// For the whole head: from its first byte, on a new connection from accept. Then a 408, or
  /// silence when no byte came.
  Milliseconds request_head{15000};
  /// For every read of a request body, and for every write of an answer to make some progress.
  Milliseconds body_idle{30000};
  Milliseconds idle_caller{60000};  ///< between two requests; then a silent close
  /// A caller that closed its sending side may wait this long without a byte of its answer; then
  /// it counts as gone (ServerExchange::OnCallerGone).
  Milliseconds half_closed{5000};
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
  /// Errors are kInternal with a one-line message such as "cannot listen on 127.0.0.1:8080: address
  /// in use". A port on which any other process listens is in use, even if that process would share
  /// it by SO_REUSEPORT. IPv6 endpoints take no IPv4 connections. Precondition: shards > 0.
  static Result<ListenSockets> OpenTcp(const Endpoint& endpoint, Door door, int shards);
  /// A unix-domain socket, mode 0600; a stale file is replaced, one that somebody listens on or
  /// that is no socket is an error. The path may be longer than sun_path. Served by shard 0.
  static Result<ListenSockets> OpenUnix(const std::string& path, Door door);
  ListenSockets(ListenSockets&&) noexcept;
  ListenSockets& operator=(ListenSockets&&) noexcept;
  ~ListenSockets();
  [[nodiscard]] const Endpoint& endpoint() const;  ///< with the port that was picked
  [[nodiscard]] Door door() const;
  /// Gives up ownership of shard `index`'s descriptor. Those that are not taken close with this
  /// object.
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
/// runs). `context`, `handler`, `count` and `clock` outlive it, and all but `context` outlive
/// `context`, whose last coroutines may still hold them. `clock` tells the machine's steady time.
/// A connection over the limit gets `overloaded` from Handler::HandleBadHead and is closed; it does
/// not count as open.
class Server {
 public:
  Server(boost::asio::io_context& context, Handler& handler, ServerLimits limits,
         ConnectionCount& count, const Clock& clock);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Told, in one line without secrets, of what must not pass unseen: an exception out of a
  /// handler, a socket that cannot accept. Set it before Accept().
  void SetFailureHook(std::function<void(std::string_view message)> hook);

  /// Takes over a listening descriptor.
  void Accept(int listening_descriptor, Door door, bool unix_domain);
  /// New limits hold for connections accepted from now on.
  void SetLimits(ServerLimits limits);
  /// While draining every answer carries Connection: close. A connection that has not spoken yet,
  /// or rests between two requests, may still send its one request; what is missing of a head has
  /// to come within a second.
  void StartDraining();
  /// Closes connections that rest between two requests, now and from now on; a request that is
  /// arriving just then is still served.
  void EndResting();
  /// Serves what waits in the backlog, then closes the listening sockets.
  void StopAccepting();
  /// The same for one descriptor that Accept() took; its connections go on.
  void StopAccepting(int listening_descriptor);
  /// Closes every connection now and tells handlers that asked (ServerExchange::OnCallerGone).
  void CloseAll();
  [[nodiscard]] std::size_t open_connections() const;
  /// With a request in flight: from the first byte of its head to the last of its answer.
  [[nodiscard]] std::size_t busy_connections() const;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace sallyport::net
