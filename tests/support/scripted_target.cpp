#include "support/scripted_target.h"

#include <sys/socket.h>
#include <unistd.h>

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

TargetConnection::TargetConnection(int descriptor, std::function<void(std::string_view)> remember)
    : descriptor_(descriptor), ahead_([descriptor, keep = std::move(remember)] {
        std::string bytes = Receive(descriptor, 65536);
        keep(bytes);
        return bytes;
      }) {}

std::string TargetConnection::ReadHead() { return ahead_.Head(); }

std::string TargetConnection::ReadBody(std::size_t size) { return ahead_.Exactly(size); }

std::string TargetConnection::ReadSome(std::size_t size) { return ahead_.Some(size); }

std::string TargetConnection::TakeSome(std::size_t size) {
  std::string kept = ahead_.Kept(size);
  return kept.empty() ? Receive(descriptor_, size) : kept;
}

std::uint64_t TargetConnection::Discard(std::uint64_t size) {
  std::uint64_t count = ahead_.Kept(size).size();
  while (count < size) {
    const std::size_t got = Receive(descriptor_, size - count).size();
    if (got == 0) break;
    count += got;
  }
  return count;
}

bool TargetConnection::Send(std::string_view bytes) { return SendAll(descriptor_, bytes); }

void TargetConnection::ResetAtEnd() { ResetAtClose(descriptor_); }

}  // namespace sallyport::test
