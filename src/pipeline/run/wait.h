// Waiting inside a call: a pause between two attempts, and a limit on what waits elsewhere.
#pragma once

#include <memory>

#include <boost/asio/any_io_executor.hpp>

#include "sallyport/async/task.h"
#include "sallyport/base/clock.h"
#include "sallyport/net/call_handle.h"

namespace sallyport::pipeline {

/// Waits; ends early when `handle` is cancelled. `handle` outlives it.
Task<void> PauseFor(Milliseconds wait, net::CallHandle& handle);

/// Cancels a call's handle when its time is up, unless it is gone by then. On its shard's thread;
/// `handle` outlives it.
class TimeGuard {
 public:
  TimeGuard(const boost::asio::any_io_executor& executor, Milliseconds left,
            net::CallHandle& handle);
  ~TimeGuard();
  TimeGuard(const TimeGuard&) = delete;
  TimeGuard& operator=(const TimeGuard&) = delete;
  [[nodiscard]] bool expired() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace sallyport::pipeline
