// The time limits of one connection: at most one for reading and one for writing at a time.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include <boost/asio/io_context.hpp>

#include "sallyport/base/clock.h"

namespace sallyport::net {

/// Calls back once when a limit passes. Setting a later limit than before costs nothing: the timer
/// that is already under way looks at it when it fires.
class Watchdog {
 public:
  enum class Side : std::uint8_t { kRead, kWrite };

  Watchdog(boost::asio::io_context& context, std::function<void()> on_expiry);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  void Set(Side side, Milliseconds from_now);
  void Clear(Side side);
  /// No limit holds any more; `on_expiry` is not called after this.
  void Stop();
  /// The side whose limit passed.
  [[nodiscard]] std::optional<Side> expired() const;

 private:
  struct State;
  static void Arm(const std::shared_ptr<State>& state);
  static void OnTimer(const std::shared_ptr<State>& state);
  std::shared_ptr<State> state_;
};

}  // namespace sallyport::net
