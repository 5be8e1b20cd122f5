#include "sallyport/net/server.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "net/server/acceptor.h"
#include "net/server/session.h"
#include "net/server/shard.h"

namespace sallyport::net {

namespace {

/// Connections over the limit that are told so at a time; more are closed without a word. Fewer
/// where few are allowed: each holds a descriptor for a while, and those are few there, too.
std::size_t RefusalsAtOnce(const ServerLimits& limits) {
  return std::clamp<std::size_t>(limits.connections / 32, 1, 128);
}

}  // namespace

class Server::Impl : public std::enable_shared_from_this<Server::Impl> {
 public:
  Impl(boost::asio::io_context& context, Handler& handler, ServerLimits limits,
       ConnectionCount& count, const Clock& clock)
      : shard_(std::make_shared<Shard>(context, handler, limits, count, clock)) {}

  void Accept(int descriptor, Door door) {
    Acceptor::Callbacks callbacks;
    callbacks.on_connection = [weak = weak_from_this()](StreamSocket socket, const Peer& peer) {
      if (const std::shared_ptr<Impl> self = weak.lock()) self->Admit(std::move(socket), peer);
    };
    callbacks.on_failure = [shard = shard_](std::string_view message) { shard->Report(message); };
    auto acceptor =
        std::make_shared<Acceptor>(shard_->context, descriptor, door, std::move(callbacks));
    acceptor->Start();
    acceptors_.push_back(std::move(acceptor));
  }

  void StartDraining() {
    shard_->draining = true;
    for (const std::shared_ptr<Session>& session : Sessions()) session->Drain();
  }

  void EndResting() {
    shard_->ending = true;
    for (const std::shared_ptr<Session>& session : Sessions()) session->EndRest();
  }

  void StopAccepting() {
    for (const auto& acceptor : acceptors_) acceptor->Stop();
    acceptors_.clear();
  }

  void StopAccepting(int descriptor) {
    const auto found =
        std::find_if(acceptors_.begin(), acceptors_.end(),
                     [&](const auto& acceptor) { return acceptor->descriptor() == descriptor; });
    if (found == acceptors_.end()) return;
    (*found)->Stop();
    acceptors_.erase(found);
  }

  void CloseAll() {
    for (const std::shared_ptr<Session>& session : Sessions()) session->CloseNow();
  }

  void ShutDown() {
    for (const auto& acceptor : acceptors_) acceptor->Cancel();
    acceptors_.clear();
    CloseAll();
    shard_->caller_watch->Stop();
  }

  [[nodiscard]] Shard& shard() { return *shard_; }

 private:
  void Admit(StreamSocket socket, const Peer& peer) {
    auto admission = Session::Admission::kServed;
    if (shard_->count.open.fetch_add(1) >= shard_->limits->connections) {
      --shard_->count.open;
      if (shard_->refusing >= RefusalsAtOnce(*shard_->limits)) return;  // `socket` closes itself
      admission = Session::Admission::kOverLimit;
    }
    auto connection = std::make_shared<CallerConnection>(std::move(socket), shard_->clock);
    auto session = std::make_shared<Session>(shard_, std::move(connection), peer, admission);
    sessions_.push_back(*session);
    session->Start();
  }

  /// A copy that keeps them alive: what is done to them may end others.
  [[nodiscard]] std::vector<std::shared_ptr<Session>> Sessions() {
    std::vector<std::shared_ptr<Session>> sessions;
    for (Session& session : sessions_) sessions.push_back(session.shared_from_this());
    return sessions;
  }

  std::shared_ptr<Shard> shard_;
  std::vector<std::shared_ptr<Acceptor>> acceptors_;
  SessionList sessions_;
};

Server::Server(boost::asio::io_context& context, Handler& handler, ServerLimits limits,
               ConnectionCount& count, const Clock& clock)
    : impl_(std::make_shared<Impl>(context, handler, limits, count, clock)) {}

Server::~Server() { impl_->ShutDown(); }

void Server::SetFailureHook(std::function<void(std::string_view)> hook) {
  impl_->shard().on_failure = std::move(hook);
}

void Server::Accept(int listening_descriptor, Door door, bool /*unix_domain*/) {
  impl_->Accept(listening_descriptor, door);
}

void Server::SetLimits(ServerLimits limits) {
  impl_->shard().limits = std::make_shared<const ServerLimits>(limits);
}

void Server::StartDraining() { impl_->StartDraining(); }
void Server::EndResting() { impl_->EndResting(); }
void Server::StopAccepting() { impl_->StopAccepting(); }
void Server::StopAccepting(int listening_descriptor) { impl_->StopAccepting(listening_descriptor); }
void Server::CloseAll() { impl_->CloseAll(); }
std::size_t Server::open_connections() const { return impl_->shard().open; }
std::size_t Server::busy_connections() const { return impl_->shard().busy; }

}  // namespace sallyport::net
