// A read that tells Asio when it has emptied the socket.
//
// Asio tries every read before it waits for it. Where each message is answered before the next one
// comes, that is a system call in vain for every message. Asio spares it after a read that says
// `done_and_exhausted`, but its own reads say so at the end of the stream only.
#pragma once

#include <span>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/buffer.hpp>

namespace sallyport::net {

/// For async_read_some of a stream socket: a read that does not fill the buffer has emptied the
/// socket, and the next one waits for an event (epoll(7), question 9). One thing escapes that: an
/// end of the stream that came along with the last bytes makes no event of its own. So whoever
/// expects more of a message, or that end, tries a read of its own first.
class DrainingBuffer : public boost::asio::mutable_buffer {
 public:
  explicit DrainingBuffer(std::span<char> bytes) : mutable_buffer(bytes.data(), bytes.size()) {}
};

}  // namespace sallyport::net

namespace boost::asio::detail {

/// The one place where such a read touches the socket; everything around it is Asio's. Asio has no
/// other door for this. Should a later version not know the class, reads are tried first again.
template <>
class reactive_socket_recv_op_base<sallyport::net::DrainingBuffer> : public reactor_op {
 public:
  reactive_socket_recv_op_base(const boost::system::error_code& success, socket_type socket,
                               socket_ops::state_type, const sallyport::net::DrainingBuffer& buffer,
                               socket_base::message_flags flags, func_type on_end)
      : reactor_op(success, &do_perform, on_end), socket_(socket), buffer_(buffer), flags_(flags) {}

  static status do_perform(reactor_op* base) {
    auto& op = *static_cast<reactive_socket_recv_op_base*>(base);
    const bool done =
        socket_ops::non_blocking_recv1(op.socket_, op.buffer_.data(), op.buffer_.size(), op.flags_,
                                       true, op.ec_, op.bytes_transferred_);
    if (!done) return not_done;
    return op.bytes_transferred_ < op.buffer_.size() ? done_and_exhausted : status::done;
  }

 private:
  socket_type socket_;
  sallyport::net::DrainingBuffer buffer_;
  socket_base::message_flags flags_;
};

}  // namespace boost::asio::detail
