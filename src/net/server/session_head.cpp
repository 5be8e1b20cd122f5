// How a session waits for the head of a request.
#include <algorithm>
#include <string_view>
#include <utility>

#include "net/server/limits.h"
#include "net/server/session.h"

namespace sallyport::net {

namespace {

Error CallerError(ErrorKind kind, const char* message) {
  return Error(kind, ErrorSource::kCaller, message);
}

/// Some HTTP/1.0 clients end a body with an empty line that belongs to nothing (RFC 9112 §2.2): it
/// is not the beginning of a request yet.
bool HasBegun(std::string_view input) { return !input.empty() && input != "\r" && input != "\r\n"; }

}  // namespace

Task<Session::Arrival> Session::AwaitHead() {
  std::size_t scanned = 0;
  input_.ReleaseIfEmpty();
  HeadWait wait;
  wait.trusted = kept_open_;
  // A new connection has to speak soon; a proven one may rest between requests.
  wait.started = connection_->Now();
  wait.deadline = wait.started + (served_one_ ? limits_->idle_caller : limits_->request_head);
  for (;;) {
    const std::string_view input = input_.unread();
    wait.begins = !wait.begun && HasBegun(input);
    if (wait.begins) {
      wait.begun = true;
      SetBusy(true);
    }
    const std::optional<std::size_t> end = http::FindHeadEnd(input, scanned);
    if (end) co_return TakeHead(*end);
    if (input.size() > limits_->head.head_bytes) {
      co_return RefuseLater(http::OversizedRequestHead(input, limits_->head));
    }
    waits_ = wait.begun ? Waits::kForRest : served_one_ ? Waits::kAtRest : Waits::kNot;
    if (waits_ == Waits::kAtRest && shard_->ending) {
      if (!ArrivedMeanwhile()) co_return Arrival::kClosed;
      continue;
    }
    const SteadyTime until = PlanRead(wait);
    const Awaited awaited = wait.looks_later ? Awaited::kNextMessage : Awaited::kMore;
    const std::span<char> space = input_.Space(InputBuffer::Room::kAny);
    const ReadResult read = co_await connection_->Read(space, until, awaited);
    const bool rested = std::exchange(waits_, Waits::kNot) == Waits::kAtRest;
    if (read.status == IoStatus::kOk) {
      kept_open_ = kept_open_ || rested;
      input_.Commit(read.bytes);
    } else if (read.status == IoStatus::kTimeout && wait.looks_later) {
      wait.trusted = false;
    } else if (read.status != IoStatus::kInterrupted) {
      co_return EndOfWaiting(read.status, wait.begun);
    }
  }
}

SteadyTime Session::PlanRead(HeadWait& wait) const {
  if (wait.begins && served_one_) wait.deadline = connection_->Now() + limits_->request_head;
  if (wait.begun && shard_->draining) {
    wait.deadline = std::min(wait.deadline, connection_->Now() + kLastHeadTime);
  }
  // A caller that came back before is not looked at again before it rests: 3 % of a small call.
  wait.looks_later = waits_ == Waits::kAtRest && wait.trusted;
  return wait.looks_later ? std::min(wait.deadline, wait.started + kLookAfter) : wait.deadline;
}

Session::Arrival Session::TakeHead(std::size_t bytes) {
  const std::string_view raw = input_.Pin(bytes);
  Result<http::RequestHead> head = http::ParseRequestHead(raw, limits_->head);
  if (!head) return RefuseLater(std::move(head).error());
  head_.emplace(std::move(*head));
  return Arrival::kHead;
}

Session::Arrival Session::RefuseLater(Error error) {
  refusal_.emplace(std::move(error));
  return Arrival::kRefused;
}

Session::Arrival Session::EndOfWaiting(IoStatus status, bool begun) {
  if (!begun || status == IoStatus::kFailed) return Arrival::kClosed;
  if (status == IoStatus::kTimeout) {
    return RefuseLater(
        CallerError(ErrorKind::kRequestTimeout,
                    "the request head did not arrive in time (timeouts.request_head)"));
  }
  return RefuseLater(CallerError(ErrorKind::kMalformedRequest,
                                 "the connection ended before the end of the request head"));
}

bool Session::ArrivedMeanwhile() {
  const std::span<char> space = input_.Space(InputBuffer::Room::kAny);
  const std::size_t bytes = connection_->ReadNow(space);
  input_.Commit(bytes);
  return bytes > 0;
}

}  // namespace sallyport::net
