// Ends a call to a target from outside of the coroutine that makes it.
#pragma once

#include <memory>

namespace sallyport::net {

/// What a call waits on at the moment.
class Closable {
 public:
  virtual ~Closable() = default;
  /// What waits on it ends soon with an error. May be called more than once.
  virtual void Close() = 0;
};

/// One per call, on its shard's thread. Costs a call nothing but two stores: no coroutine is
/// started and no cancellation slot is connected for it. Owned by whoever makes the call; outlives
/// it and its answer.
class CallHandle {
 public:
  CallHandle() = default;
  CallHandle(const CallHandle&) = delete;
  CallHandle& operator=(const CallHandle&) = delete;

  /// Send or ReadBody ends soon with an error, the connection to the target is closed, nothing is
  /// sent again. A look-up of the host's name that is under way ends first (timeouts.dns).
  void Cancel() {
    cancelled_ = true;
    if (const std::shared_ptr<Closable> current = current_.lock()) current->Close();
  }
  [[nodiscard]] bool cancelled() const { return cancelled_; }

  /// For the client: what Cancel closes from now on; null when nothing of this call is open.
  void WaitsOn(const std::shared_ptr<Closable>& current) {
    current_ = current;
    if (cancelled_ && current) current->Close();
  }

 private:
  std::weak_ptr<Closable> current_;
  bool cancelled_ = false;
};

}  // namespace sallyport::net
