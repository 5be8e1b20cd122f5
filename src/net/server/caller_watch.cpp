#include "net/server/caller_watch.h"

#include <poll.h>

#include <cerrno>
#include <cstddef>
#include <utility>
#include <vector>

namespace sallyport::net {

void CallerWatch::Add(WatchedCaller& caller) {
  if (!caller.is_linked()) callers_.push_back(caller);
  if (!running_ && !stopped_) StartTimer();
}

void CallerWatch::Stop() {
  stopped_ = true;
  timer_.cancel();
}

void CallerWatch::StartTimer() {
  running_ = true;
  timer_.expires_after(interval_);
  timer_.async_wait([self = shared_from_this()](const boost::system::error_code& ec) {
    self->running_ = false;
    if (!ec) self->Look();
  });
}

void CallerWatch::Look() {
  if (callers_.empty()) return;  // the next Add starts the timer again
  std::vector<pollfd> polled;
  for (const WatchedCaller& caller : callers_) {
    polled.push_back(pollfd{caller.descriptor, 0, 0});  // errors are always reported
  }
  int hits = 0;
  do {
    hits = poll(polled.data(), polled.size(), 0);
  } while (hits < 0 && errno == EINTR);

  List gone;
  std::size_t index = 0;
  for (auto it = callers_.begin(); hits > 0 && it != callers_.end(); ++index) {
    WatchedCaller& caller = *it++;
    if ((polled[index].revents & (POLLERR | POLLHUP | POLLNVAL)) == 0) continue;
    caller.unlink();
    gone.push_back(caller);
  }
  while (!gone.empty()) {  // a callback may end others: each leaves the list by itself
    WatchedCaller& caller = gone.front();
    gone.pop_front();
    const std::function<void()> on_gone = std::exchange(caller.on_gone, nullptr);
    if (on_gone) on_gone();
  }
  if (!callers_.empty() && !running_ && !stopped_) StartTimer();
}

}  // namespace sallyport::net
