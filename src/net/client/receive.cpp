#include "net/client/receive.h"

#include <sys/socket.h>

#include <cerrno>

#include <boost/asio/error.hpp>

namespace sallyport::net {

std::optional<WireResult> ReceiveNow(int descriptor, std::span<char> into) {
  ssize_t received = 0;
  do {
    received = ::recv(descriptor, into.data(), into.size(), MSG_DONTWAIT);
  } while (received < 0 && errno == EINTR);
  if (received < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return std::nullopt;
  WireResult result;
  if (received > 0) result.bytes = static_cast<std::size_t>(received);
  if (received == 0) result.error = boost::asio::error::eof;
  if (received < 0) result.error.assign(errno, boost::system::system_category());
  return result;
}

}  // namespace sallyport::net
