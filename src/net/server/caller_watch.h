// Notices callers that went away while their request waits for its target.
#pragma once

#include <functional>
#include <memory>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/intrusive/list.hpp>

#include "sallyport/base/clock.h"

namespace sallyport::net {

/// One connection under watch; leaves the watch when it is destroyed.
struct WatchedCaller
    : boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
  int descriptor = -1;
  std::function<void()> on_gone;
};

/// Looks at all watched connections of a shard with one poll(2) now and then. A pending wait per
/// request would cost two system calls each and make the reads beside it slower; short calls cost
/// nothing this way. Only a reset or a broken connection counts as gone: a FIN may be a caller that
/// has said all and still reads.
class CallerWatch : public std::enable_shared_from_this<CallerWatch> {
 public:
  CallerWatch(boost::asio::io_context& context, Milliseconds interval)
      : timer_(context), interval_(interval) {}

  /// `caller.on_gone` is called at most once, and never after the caller was unlinked.
  void Add(WatchedCaller& caller);
  void Stop();

 private:
  using List = boost::intrusive::list<WatchedCaller, boost::intrusive::constant_time_size<false>>;

  void StartTimer();
  void Look();

  boost::asio::steady_timer timer_;
  Milliseconds interval_;
  List callers_;
  bool running_ = false;
  bool stopped_ = false;
};

}  // namespace sallyport::net
