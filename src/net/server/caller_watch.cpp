#include "net/server/caller_watch.h"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace sallyport::net {
namespace {

/// Of a round: 10,000 callers hold up the others by a tenth of a millisecond at a time.
constexpr std::size_t kSteps = 32;
constexpr std::size_t kSmallestStep = 32;

void PollNow(std::vector<pollfd>& polled) {
  while (poll(polled.data(), polled.size(), 0) < 0 && errno == EINTR) {
  }
}

}  // namespace

void CallerWatch::Add(WatchedCaller& caller) {
  caller.half_closed_since.reset();
  if (!caller.is_linked()) next_.push_back(caller);
  if (!running_ && !stopped_) StartTimer(interval_);
}

void CallerWatch::Stop() {
  stopped_ = true;
  timer_.cancel();
}

void CallerWatch::StartTimer(Milliseconds wait) {
  running_ = true;
  timer_.expires_after(wait);
  timer_.async_wait([self = shared_from_this()](const boost::system::error_code& ec) {
    if (!ec) self->Look();
  });
}

void CallerWatch::Look() {
  List gone = LookAtSome();
  while (!gone.empty()) {  // a callback may end others: each leaves its list by itself
    WatchedCaller& caller = gone.front();
    gone.pop_front();
    const std::function<void()> on_gone = std::exchange(caller.on_gone, nullptr);
    if (on_gone) on_gone();
  }
  running_ = false;
  if (stopped_ || (due_.empty() && next_.empty())) return;  // the next Add starts the timer again
  StartTimer(due_.empty() ? interval_ : Milliseconds(interval_ / kSteps));
}

CallerWatch::List CallerWatch::LookAtSome() {
  if (due_.empty()) {
    due_.swap(next_);
    step_ = std::max(kSmallestStep, std::exchange(seen_, 0) / kSteps);
  }
  List some;
  polled_.clear();
  while (!due_.empty() && polled_.size() < step_) {
    polled_.push_back(pollfd{due_.front().descriptor, POLLRDHUP, 0});  // errors are always reported
    some.splice(some.end(), due_, due_.begin());
  }
  seen_ += polled_.size();
  PollNow(polled_);

  List gone;
  for (const pollfd& polled : polled_) {
    List& list = IsGone(some.front(), polled.revents) ? gone : next_;
    list.splice(list.end(), some, some.begin());
  }
  return gone;
}

bool CallerWatch::IsGone(WatchedCaller& caller, short events) const {
  if ((events & (POLLERR | POLLHUP | POLLNVAL)) != 0) return true;
  if ((events & POLLRDHUP) == 0) return false;
  const SteadyTime now = clock_.Steady();
  if (!caller.half_closed_since) caller.half_closed_since = now;
  return now - *caller.half_closed_since >= half_closed_;
}

}  // namespace sallyport::net
