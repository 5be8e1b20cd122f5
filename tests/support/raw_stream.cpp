#include "support/raw_stream.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace sallyport::test {

std::string PatternAt(std::uint64_t offset, std::uint64_t size) {
  const std::uint64_t first = offset / 8;
  const std::uint64_t words = (offset + size + 7) / 8 - first;
  std::string bytes(words * 8, '\0');
  for (std::uint64_t i = 0; i < words; ++i) {
    const std::uint64_t word = (first + i) * 0x9E3779B97F4A7C15ULL;  // spreads the counter
    std::memcpy(bytes.data() + i * 8, &word, 8);
  }
  return bytes.substr(offset % 8, size);
}

RawStream::RawStream(std::uint16_t port)
    : descriptor_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
    close(descriptor_);
    throw std::runtime_error("nobody listens on port " + std::to_string(port));
  }
  const timeval limit{120, 0};  // a stalled stream fails its test instead of hanging it
  setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
  setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
}

RawStream::~RawStream() { close(descriptor_); }

bool RawStream::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::string RawStream::ReadHead() {
  while (true) {
    const std::size_t end = ahead_.find("\r\n\r\n");
    if (end != std::string::npos) {
      std::string head = ahead_.substr(0, end + 4);
      ahead_.erase(0, end + 4);
      return head;
    }
    char buffer[16384];
    const ssize_t got = recv(descriptor_, buffer, sizeof(buffer), 0);
    if (got <= 0) return "";
    ahead_.append(buffer, static_cast<std::size_t>(got));
  }
}

std::uint64_t RawStream::ReadPattern(std::uint64_t offset, std::uint64_t size) {
  std::string buffer(256 * 1024, '\0');
  std::uint64_t count = 0;
  while (count < size) {
    std::string_view piece;
    const std::size_t wanted = std::min<std::uint64_t>(buffer.size(), size - count);
    if (!ahead_.empty()) {
      buffer.replace(0, std::min(wanted, ahead_.size()), ahead_, 0, wanted);
      piece = std::string_view(buffer).substr(0, std::min(wanted, ahead_.size()));
      ahead_.erase(0, piece.size());
    } else {
      const ssize_t got = recv(descriptor_, buffer.data(), wanted, 0);
      if (got <= 0) break;
      piece = std::string_view(buffer).substr(0, static_cast<std::size_t>(got));
    }
    if (piece != PatternAt(offset + count, piece.size())) break;
    count += piece.size();
    buffer.resize(256 * 1024);
  }
  return count;
}

}  // namespace sallyport::test
