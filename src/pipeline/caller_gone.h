// Ends the call to the target when its caller goes away.
#pragma once

#include "pipeline/call.h"

namespace sallyport::pipeline {

/// While it lives, a caller whose connection breaks cancels the call's handle: the target's
/// connection closes and whatever waits on it ends, however long the target would be silent.
class CallerGoneGuard {
 public:
  explicit CallerGoneGuard(Call& call) : call_(call) {
    call_.exchange.OnCallerGone([&call] {
      call.caller_gone = true;
      call.handle.Cancel();
    });
  }
  ~CallerGoneGuard() { call_.exchange.OnCallerGone({}); }
  CallerGoneGuard(const CallerGoneGuard&) = delete;
  CallerGoneGuard& operator=(const CallerGoneGuard&) = delete;

 private:
  Call& call_;
};

}  // namespace sallyport::pipeline
