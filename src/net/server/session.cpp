#include "net/server/session.h"

#include <exception>
#include <string_view>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "net/server/limits.h"

namespace sallyport::net {

namespace {

/// Keeps a flag-like pointer honest however its scope is left.
class CurrentExchange {
 public:
  CurrentExchange(Exchange*& slot, Exchange& exchange) : slot_(slot) { slot_ = &exchange; }
  ~CurrentExchange() { slot_ = nullptr; }
  CurrentExchange(const CurrentExchange&) = delete;
  CurrentExchange& operator=(const CurrentExchange&) = delete;

 private:
  Exchange*& slot_;
};

}  // namespace

Session::Session(std::shared_ptr<Shard> shard, std::shared_ptr<CallerConnection> connection,
                 Peer peer, Admission admission)
    : shard_(std::move(shard)),
      limits_(shard_->limits),
      connection_(std::move(connection)),
      peer_(peer),
      admission_(admission),
      input_(shard_->blocks) {
  if (admission_ == Admission::kServed) {
    ++shard_->open;
  } else {
    ++shard_->refusing;
  }
}

Session::~Session() { Leave(); }

void Session::Start() {
  // The completion handler is the owner; the coroutine itself only borrows.
  boost::asio::co_spawn(shard_->context, Run(),
                        [self = shared_from_this()](const std::exception_ptr& failure) {
                          if (failure) self->shard_->Report("a session ended with an exception");
                          self->connection_->Close();
                          self->Leave();
                        });
}

void Session::Drain() {
  if (waits_ == Waits::kForRest) connection_->Interrupt();
}

void Session::EndRest() {
  if (waits_ == Waits::kAtRest) connection_->Interrupt();
}

void Session::CloseNow() {
  connection_->Close();
  if (current_ != nullptr) current_->ReportGone();
}

Task<void> Session::Run() {
  if (admission_ == Admission::kServed) {
    co_await Serve();
  } else {
    Error overloaded = Error(ErrorKind::kOverloaded, ErrorSource::kGateway,
                             "the gateway has as many connections as limits.connections allows")
                           .WithRetryAfter(1);
    co_await RefuseHead(std::move(overloaded));
  }
}

Task<void> Session::Serve() {
  for (;;) {
    const Arrival arrival = co_await AwaitHead();
    if (arrival == Arrival::kClosed) co_return;
    if (arrival == Arrival::kRefused) {
      Error refusal = std::move(*refusal_);
      co_await RefuseHead(std::move(refusal));
      co_return;
    }
    const Next next = co_await ServeRequest();
    SetBusy(false);
    if (next == Next::kLinger) co_await Linger();
    if (next != Next::kRequest) co_return;
    served_one_ = true;
    // Nothing suspends where one buffer holds many requests and the socket takes all answers.
    if (!input_.unread().empty()) co_await Yield();
  }
}

Task<Session::Next> Session::ServeRequest() {
  http::RequestHead head = std::move(*head_);
  head_.reset();
  Exchange exchange(*shard_, *connection_, input_, peer_, *limits_, std::move(head));
  {
    const CurrentExchange current(current_, exchange);
    std::string failure;
    try {
      co_await shard_->handler.Handle(exchange);
    } catch (const std::exception& error) {
      failure = std::string("a handler threw: ") + error.what();
    } catch (...) {
      failure = "a handler threw";
    }
    if (!failure.empty()) co_await AnswerForThrow(exchange, std::move(failure));
  }
  if (!exchange.answer_complete()) {
    exchange.Abort();
    co_return Next::kClose;
  }
  bool closes = exchange.closes();
  if (!closes && !exchange.body_done()) {
    const bool drained = co_await DrainBody(exchange);
    closes = !drained;
  }
  if (closes) {
    const bool more_may_come = !exchange.body_done() || !input_.unread().empty();
    co_return more_may_come ? Next::kLinger : Next::kClose;
  }
  input_.Unpin();
  co_return Next::kRequest;
}

Task<void> Session::AnswerForThrow(Exchange& exchange, std::string failure) {
  shard_->Report(failure);
  if (exchange.head_sent() || !connection_->is_open()) co_return;
  Error error(ErrorKind::kInternal, ErrorSource::kGateway, "the gateway could not answer");
  co_await Refuse(exchange, std::move(error));
}

Task<void> Session::Refuse(Exchange& exchange, Error error) {
  exchange.CloseAfter();
  try {
    co_await shard_->handler.HandleBadHead(exchange, std::move(error));
  } catch (const std::exception& failure) {
    shard_->Report(std::string("a handler threw on a refused request: ") + failure.what());
  } catch (...) {
    shard_->Report("a handler threw on a refused request");
  }
}

Task<void> Session::RefuseHead(Error error) {
  const bool answered = co_await AnswerRefusal(std::move(error));
  SetBusy(false);
  if (answered) co_await Linger();
}

Task<bool> Session::AnswerRefusal(Error error) {
  http::RequestHead none;
  Exchange exchange(*shard_, *connection_, input_, peer_, *limits_, std::move(none));
  {
    const CurrentExchange current(current_, exchange);
    co_await Refuse(exchange, std::move(error));
  }
  if (!exchange.answer_complete()) exchange.Abort();
  co_return exchange.answer_complete();
}

Task<void> Session::Yield() {
  co_await boost::asio::post(shard_->context, boost::asio::use_awaitable);
}

Task<bool> Session::DrainBody(Exchange& exchange) {
  RequestBody& body = exchange.body();
  const std::span<char> room = shard_->waste();
  std::size_t drained = 0;
  body.LimitTime(connection_->Now() + kDrainTime);
  while (!body.done() && drained < kDrainBytes) {
    const Result<std::size_t> piece = co_await body.Read(room);
    if (!piece) break;
    drained += *piece;
  }
  co_return body.done();
}

Task<void> Session::Linger() {
  connection_->ShutDownSending();
  input_.Discard();
  const std::span<char> room = shard_->waste();
  const SteadyTime deadline = connection_->Now() + kLingerTime;
  std::size_t discarded = 0;
  while (discarded < kLingerBytes) {
    const ReadResult read = co_await connection_->Read(room, deadline, Awaited::kMore);
    if (read.status != IoStatus::kOk) break;
    discarded += read.bytes;
  }
}

void Session::SetBusy(bool busy) {
  if (busy == busy_) return;
  busy_ = busy;
  if (busy) {
    ++shard_->busy;
  } else {
    --shard_->busy;
  }
}

void Session::Leave() {
  if (!counted_) return;
  counted_ = false;
  unlink();
  SetBusy(false);
  if (admission_ == Admission::kServed) {
    --shard_->open;
    --shard_->count.open;
  } else {
    --shard_->refusing;
  }
}

}  // namespace sallyport::net
