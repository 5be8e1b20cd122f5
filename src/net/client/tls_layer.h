// The socket under a TLS stream, read without trying in vain.
#pragma once

#include <span>
#include <utility>

#include <boost/asio/append.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>

#include "net/client/receive.h"
#include "net/draining_read.h"

namespace sallyport::net {

/// A next layer of asio::ssl::stream. The socket outlives it.
class TlsLayer {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  using lowest_layer_type = Socket::lowest_layer_type;
  using executor_type = Socket::executor_type;

  explicit TlsLayer(Socket& socket) : socket_(&socket) {}

  executor_type get_executor() { return socket_->get_executor(); }
  lowest_layer_type& lowest_layer() { return socket_->lowest_layer(); }
  [[nodiscard]] const lowest_layer_type& lowest_layer() const { return socket_->lowest_layer(); }

  /// What the next read is for; those after it are for more of the same.
  void Expect(Awaited awaited) { awaited_ = awaited; }

  /// For the stream's own operations: `handler` is no completion token.
  template <typename Handler>
  void async_read_some(const boost::asio::mutable_buffer& buffer, Handler&& handler) {
    const std::span<char> into(static_cast<char*>(buffer.data()), buffer.size());
    const Awaited awaited = std::exchange(awaited_, Awaited::kMore);
    if (awaited == Awaited::kAnswer) waits_ = true;
    if (!waits_) return socket_->async_read_some(buffer, std::forward<Handler>(handler));
    if (awaited == Awaited::kMore) {
      // Asio would wait for an event, and an end that came with the last bytes makes none.
      if (const auto found = ReceiveNow(socket_->native_handle(), into)) {
        boost::asio::post(get_executor(), boost::asio::append(std::forward<Handler>(handler),
                                                              found->error, found->bytes));
        return;
      }
    }
    socket_->async_read_some(DrainingBuffer(into), std::forward<Handler>(handler));
  }
  template <typename Buffers, typename Handler>
  auto async_write_some(const Buffers& buffers, Handler&& handler) {
    return socket_->async_write_some(buffers, std::forward<Handler>(handler));
  }

 private:
  Socket* socket_;
  Awaited awaited_ = Awaited::kMore;
  bool waits_ = false;  ///< a read has told Asio that the socket was empty
};

}  // namespace sallyport::net
