// Takes connections off one listening socket.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "net/server/caller_connection.h"
#include "sallyport/net/server_exchange.h"

namespace sallyport::net {

/// Waits for the socket to be readable and then takes a batch. When the process is out of
/// descriptors or memory it rests for a moment instead of spinning.
class Acceptor : public std::enable_shared_from_this<Acceptor> {
 public:
  struct Callbacks {
    std::function<void(StreamSocket socket, const Peer& peer)> on_connection;
    std::function<void(std::string_view message)> on_failure;  ///< once per run of failures
  };

  /// Owns `descriptor`.
  Acceptor(boost::asio::io_context& context, int descriptor, Door door, Callbacks callbacks);

  void Start();
  /// Takes what already waits in the backlog (a close would reset it), then closes the socket.
  void Stop();
  /// Closes the socket; no callback is called any more.
  void Cancel();
  [[nodiscard]] int descriptor() { return descriptor_.native_handle(); }

 private:
  enum class Outcome : unsigned char { kTaken, kNothingWaits, kExhausted };

  void Wait();
  void TakeBatch();
  Outcome TakeOne();
  void Rest();

  boost::asio::io_context& context_;
  boost::asio::posix::stream_descriptor descriptor_;
  boost::asio::steady_timer rest_;
  Door door_;
  Callbacks callbacks_;
  bool failing_ = false;
};

}  // namespace sallyport::net
