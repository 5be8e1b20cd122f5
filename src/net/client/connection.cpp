#include "net/client/connection.h"

#include <array>
#include <cerrno>
#include <optional>

#include <openssl/bio.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "net/draining_read.h"

namespace sallyport::net {

namespace asio = boost::asio;

namespace {

/// Without waiting; nullopt when nothing has arrived.
std::optional<WireResult> ReceiveNow(int descriptor, std::span<char> into) {
  ssize_t received = 0;
  do {
    received = ::recv(descriptor, into.data(), into.size(), MSG_DONTWAIT);
  } while (received < 0 && errno == EINTR);
  if (received < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return std::nullopt;
  WireResult result;
  if (received > 0) result.bytes = static_cast<std::size_t>(received);
  if (received == 0) result.error = asio::error::eof;
  if (received < 0) result.error.assign(errno, boost::system::system_category());
  return result;
}

}  // namespace

TargetConnection::TargetConnection(asio::io_context& context)
    : socket_(context), watchdog_(context, [this] { Close(); }) {}

TargetConnection::~TargetConnection() {
  Close();
  // OpenSSL spoils the session of an object that is freed without a shutdown. Sessions of
  // connections that failed in TLS itself it has already dropped.
  if (tls_ && SSL_is_init_finished(ssl()) == 1) {
    SSL_set_shutdown(ssl(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
  }
}

TargetConnection::TlsStream& TargetConnection::StartTls(const TlsProfilePointer& profile,
                                                        const std::string& origin) {
  session_slot_ = TlsSessionSlot{profile, origin};
  tls_ = std::make_unique<TlsStream>(socket_, profile->context());
  AttachSessionSlot(tls_->native_handle(), &session_slot_);
  return *tls_;
}

std::size_t TargetConnection::ReadNow(std::span<char> into) {
  if (tls_ || !socket_.is_open()) return 0;
  return ReceiveNow(socket_.native_handle(), into).value_or(WireResult()).bytes;
}

Task<WireResult> TargetConnection::Read(std::span<char> into, Awaited awaited) {
  WireResult result;
  std::optional<WireResult> found;
  if (drained_ && awaited == Awaited::kMore) found = ReceiveNow(socket_.native_handle(), into);
  if (found) {
    result = *found;
  } else if (tls_) {
    const asio::mutable_buffer buffer(into.data(), into.size());
    result.bytes = co_await tls_->async_read_some(
        buffer, asio::redirect_error(asio::use_awaitable, result.error));
  } else {
    const DrainingBuffer buffer(into);
    result.bytes = co_await socket_.async_read_some(
        buffer, asio::redirect_error(asio::use_awaitable, result.error));
    drained_ = result.bytes < into.size();
  }
  watchdog_.Clear(Watchdog::Side::kRead);
  co_return result;
}

std::size_t TargetConnection::WriteNow(std::string_view first, std::string_view second) {
  if (tls_ || !socket_.is_open()) return 0;
  std::array<iovec, 2> pieces{iovec{const_cast<char*>(first.data()), first.size()},
                              iovec{const_cast<char*>(second.data()), second.size()}};
  msghdr message{};
  message.msg_iov = pieces.data();
  message.msg_iovlen = second.empty() ? 1 : 2;
  const ssize_t sent = ::sendmsg(socket_.native_handle(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  return sent > 0 ? static_cast<std::size_t>(sent) : 0;
}

Task<WireResult> TargetConnection::Write(std::string_view first, std::string_view second) {
  WireResult result;
  const std::array<asio::const_buffer, 2> pieces{asio::const_buffer(first.data(), first.size()),
                                                 asio::const_buffer(second.data(), second.size())};
  if (tls_) {
    result.bytes = co_await asio::async_write(
        *tls_, pieces, asio::redirect_error(asio::use_awaitable, result.error));
  } else {
    result.bytes = co_await asio::async_write(
        socket_, pieces, asio::redirect_error(asio::use_awaitable, result.error));
  }
  watchdog_.Clear(Watchdog::Side::kWrite);
  co_return result;
}

void TargetConnection::Close() {
  watchdog_.Stop();
  boost::system::error_code ignored;  // closing a socket that the peer reset may fail; it is closed
  socket_.close(ignored);
}

bool TargetConnection::HoldsUnread() {
  // Decrypted, or undecrypted in the memory BIO.
  return tls_ && (SSL_has_pending(ssl()) == 1 || BIO_ctrl_pending(SSL_get_rbio(ssl())) > 0);
}

bool TargetConnection::IsQuiet() {
  if (!socket_.is_open() || HoldsUnread()) return false;
  char byte = 0;
  const ssize_t received = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return received < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

}  // namespace sallyport::net
