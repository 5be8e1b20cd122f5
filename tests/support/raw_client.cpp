#include "support/raw_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "support/socket_io.h"

namespace sallyport::test {

namespace {

bool WaitFor(int descriptor, short events) {
  pollfd polled{descriptor, events, 0};
  return poll(&polled, 1, static_cast<int>(RawClient::kPatience.count())) > 0;
}

void Connect(int descriptor, const void* address, std::size_t length) {
  if (descriptor < 0 || connect(descriptor, static_cast<const sockaddr*>(address),
                                static_cast<socklen_t>(length)) != 0) {
    const int reason = errno;
    if (descriptor >= 0) close(descriptor);
    throw std::runtime_error(std::string("cannot connect: ") + std::strerror(reason));
  }
}

}  // namespace

RawClient RawClient::Tcp(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  Connect(descriptor, &address, sizeof address);
  const int on = 1;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return RawClient(descriptor);
}

RawClient RawClient::Unix(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) throw std::runtime_error("path too long");
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  const int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  Connect(descriptor, &address, sizeof address);
  return RawClient(descriptor);
}

RawClient::RawClient(RawClient&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      buffer_(std::move(other.buffer_)),
      end_(other.end_) {}

RawClient::~RawClient() { Close(); }

bool RawClient::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    if (!WaitFor(descriptor_, POLLOUT)) return false;
    const ssize_t sent = send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (sent < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::string RawClient::ReadUntil(std::string_view marker) {
  std::size_t found = buffer_.find(marker);
  while (found == std::string::npos && Fill()) found = buffer_.find(marker);
  return Take(found == std::string::npos ? buffer_.size() : found + marker.size());
}

std::string RawClient::ReadBytes(std::size_t count) {
  while (buffer_.size() < count && Fill()) {
  }
  return Take(std::min(count, buffer_.size()));
}

std::string RawClient::ReadToEnd() {
  while (Fill()) {
  }
  return Take(buffer_.size());
}

std::string RawClient::ReadAnswer(bool bodyless) {
  std::string answer = ReadUntil("\r\n\r\n");
  if (bodyless) return answer;
  constexpr std::string_view kLength = "\r\nContent-Length: ";
  if (const std::size_t at = answer.find(kLength); at != std::string::npos) {
    return answer + ReadBytes(std::stoul(answer.substr(at + kLength.size())));
  }
  if (answer.find("\r\nTransfer-Encoding: chunked") != std::string::npos) {
    return answer + ReadUntil("0\r\n\r\n");
  }
  return answer;
}

void RawClient::HalfClose() { shutdown(descriptor_, SHUT_WR); }

void RawClient::Reset() {
  ResetAtClose(descriptor_);
  Close();
}

void RawClient::Close() {
  if (descriptor_ >= 0) close(descriptor_);
  descriptor_ = -1;
}

void RawClient::ShrinkReceiveBuffer(int bytes) {
  setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

bool RawClient::Fill() {
  if (!WaitFor(descriptor_, POLLIN)) {
    end_ = End::kOutOfPatience;
    return false;
  }
  std::array<char, 65536> piece;
  const ssize_t received = recv(descriptor_, piece.data(), piece.size(), 0);
  if (received > 0) {
    buffer_.append(piece.data(), static_cast<std::size_t>(received));
    end_ = End::kOpen;
    return true;
  }
  end_ = received == 0 ? End::kClosed : End::kReset;
  return false;
}

std::string RawClient::Take(std::size_t count) {
  std::string taken = buffer_.substr(0, count);
  buffer_.erase(0, count);
  return taken;
}

}  // namespace sallyport::test
