// Notices callers that went away while their request waits for its target.
#pragma once

#include <poll.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/intrusive/list.hpp>

#include "sallyport/base/clock.h"

namespace sallyport::net {

/// One connection under watch; leaves the watch when it is destroyed.
struct WatchedCaller
    : boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
  int descriptor = -1;
  /// Set by the watch; emptied by whoever sends the caller something.
  std::optional<SteadyTime> half_closed_since;
  std::function<void()> on_gone;
};

/// Looks at the watched connections of a shard with poll(2) now and then. A pending wait per
/// request would cost two system calls each and make the reads beside it slower; short calls cost
/// nothing this way. Thousands are looked at in steps, so that a look holds up nobody's call.
///
/// A reset or a broken connection is gone at once. A FIN may be a caller that has said all and
/// still reads, but mostly it is one that closed: it counts as gone after `half_closed`.
class CallerWatch : public std::enable_shared_from_this<CallerWatch> {
 public:
  /// Everyone is looked at once in `interval` to twice that.
  CallerWatch(boost::asio::io_context& context, const Clock& clock, Milliseconds interval,
              Milliseconds half_closed)
      : timer_(context), clock_(clock), interval_(interval), half_closed_(half_closed) {}

  /// `caller.on_gone` is called at most once, and never after the caller was unlinked.
  void Add(WatchedCaller& caller);
  void Stop();

 private:
  using List = boost::intrusive::list<WatchedCaller, boost::intrusive::constant_time_size<false>>;

  void StartTimer(Milliseconds wait);
  void Look();
  [[nodiscard]] List LookAtSome();
  [[nodiscard]] bool IsGone(WatchedCaller& caller, short events) const;

  boost::asio::steady_timer timer_;
  const Clock& clock_;
  Milliseconds interval_;
  Milliseconds half_closed_;
  List due_;              ///< not looked at in this round
  List next_;             ///< of the next round
  std::size_t seen_ = 0;  ///< in this round
  std::size_t step_ = 0;  ///< how many are looked at together
  std::vector<pollfd> polled_;
  bool running_ = false;
  bool stopped_ = false;
};

}  // namespace sallyport::net
