#include "support/socket_io.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

namespace sallyport::test {

int ConnectLoopback(std::uint16_t port) {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0) {
    return descriptor;
  }
  close(descriptor);
  return -1;
}

std::string Receive(int descriptor, std::size_t size) {
  std::string bytes(std::min<std::size_t>(size, 256 * 1024), '\0');
  const ssize_t received = recv(descriptor, bytes.data(), bytes.size(), 0);
  bytes.resize(received <= 0 ? 0 : static_cast<std::size_t>(received));
  return bytes;
}

bool SendAll(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void LimitWaits(int descriptor, long seconds) {
  const timeval limit{seconds, 0};
  setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
  setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
}

void ResetAtClose(int descriptor) {
  const linger at_once{1, 0};
  setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
}

std::string ReadAhead::Head() {
  std::size_t end = kept_.find("\r\n\r\n");
  while (end == std::string::npos) {
    if (!Fill()) return "";
    end = kept_.find("\r\n\r\n");
  }
  return Kept(end + 4);
}

std::string ReadAhead::Some(std::size_t size) {
  if (kept_.empty()) Fill();
  return Kept(size);
}

std::string ReadAhead::Exactly(std::size_t size) {
  while (kept_.size() < size && Fill()) {
  }
  return Kept(size);
}

std::string ReadAhead::ToEnd() {
  while (Fill()) {
  }
  return Kept(kept_.size());
}

std::string ReadAhead::Kept(std::size_t size) {
  if (size >= kept_.size()) return std::exchange(kept_, {});
  std::string taken = kept_.substr(0, size);
  kept_.erase(0, taken.size());
  return taken;
}

bool ReadAhead::Fill() {
  std::string more = source_();
  const bool came = !more.empty();
  if (kept_.empty()) {
    kept_ = std::move(more);
  } else {
    kept_ += more;
  }
  return came;
}

}  // namespace sallyport::test
