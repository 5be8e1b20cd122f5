#include "support/scripted_target.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <mutex>
#include <set>
#include <thread>

#include "support/target_servers.h"

namespace sallyport::test {

struct ScriptedTarget::State {
  ListeningSocket listener;
  Serve serve;
  mutable std::mutex mutex;
  std::string received;
  std::set<int> open;
  int connections = 0;
  bool stopping = false;
  std::thread acceptor;
  std::vector<std::thread> threads;

  void Accept() {
    while (true) {
      const int descriptor = accept4(listener.descriptor(), nullptr, nullptr, SOCK_CLOEXEC);
      if (descriptor < 0) return;
      const std::lock_guard lock(mutex);
      if (stopping) {
        close(descriptor);
        return;
      }
      ++connections;
      open.insert(descriptor);
      threads.emplace_back([this, descriptor] { ServeOne(descriptor); });
    }
  }

  void ServeOne(int descriptor) {
    TargetConnection connection(descriptor, [this](std::string_view bytes) {
      const std::lock_guard lock(mutex);
      received += bytes;
    });
    serve(connection);
    const std::lock_guard lock(mutex);
    open.erase(descriptor);
    close(descriptor);
  }
};

ScriptedTarget::ScriptedTarget(Serve serve) : state_(std::make_shared<State>()) {
  state_->serve = std::move(serve);
  state_->acceptor = std::thread([state = state_.get()] { state->Accept(); });
}

ScriptedTarget::~ScriptedTarget() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopping = true;
    shutdown(state_->listener.descriptor(), SHUT_RDWR);
    for (const int descriptor : state_->open) shutdown(descriptor, SHUT_RDWR);
  }
  state_->acceptor.join();
  for (std::thread& thread : state_->threads) thread.join();
}

ScriptedTarget::Serve ScriptedTarget::Always(std::string answer) {
  return [answer = std::move(answer)](TargetConnection& connection) {
    while (!connection.ReadHead().empty() && connection.Send(answer)) {
    }
  };
}

std::uint16_t ScriptedTarget::port() const { return state_->listener.port(); }

int ScriptedTarget::connections() const {
  const std::lock_guard lock(state_->mutex);
  return state_->connections;
}

std::string ScriptedTarget::received() const {
  const std::lock_guard lock(state_->mutex);
  return state_->received;
}

std::string TargetConnection::ReadHead() {
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
    remember_({buffer, static_cast<std::size_t>(got)});
    ahead_.append(buffer, static_cast<std::size_t>(got));
  }
}

std::string TargetConnection::ReadBody(std::size_t size) {
  std::string body;
  while (body.size() < size) {
    const std::string more = ReadSome(size - body.size());
    if (more.empty()) break;
    body += more;
  }
  return body;
}

std::string TargetConnection::ReadSome(std::size_t size) {
  if (!ahead_.empty()) {
    std::string taken = ahead_.substr(0, size);
    ahead_.erase(0, taken.size());
    return taken;
  }
  std::string buffer(std::min<std::size_t>(size, 65536), '\0');
  const ssize_t got = recv(descriptor_, buffer.data(), buffer.size(), 0);
  if (got <= 0) return "";
  buffer.resize(static_cast<std::size_t>(got));
  remember_(buffer);
  return buffer;
}

std::uint64_t TargetConnection::Discard(std::uint64_t size) {
  std::uint64_t count = std::min<std::uint64_t>(ahead_.size(), size);
  ahead_.erase(0, count);
  std::vector<char> buffer(262144);
  while (count < size) {
    const std::size_t wanted = std::min<std::uint64_t>(buffer.size(), size - count);
    const ssize_t got = recv(descriptor_, buffer.data(), wanted, 0);
    if (got <= 0) break;
    count += static_cast<std::uint64_t>(got);
  }
  return count;
}

bool TargetConnection::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void TargetConnection::ResetAtEnd() {
  const linger now{1, 0};
  setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
}

}  // namespace sallyport::test
