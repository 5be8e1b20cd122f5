// One caller's socket: reads and writes with a time limit, and the ways to end it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>

#include "net/awaited.h"
#include "net/server/gather.h"
#include "net/server/unsent_limit.h"
#include "sallyport/async/task.h"
#include "sallyport/base/clock.h"

namespace sallyport::net {

/// TCP and unix-domain sockets alike.
using StreamSocket = boost::asio::generic::stream_protocol::socket;

enum class IoStatus : std::uint8_t {
  kOk,
  kEnd,          ///< the peer sends nothing more (it may still read)
  kTimeout,      ///< the time limit passed first
  kInterrupted,  ///< Interrupt()
  kFailed        ///< reset by the peer, or closed by us
};

struct ReadResult {
  IoStatus status = IoStatus::kFailed;
  std::size_t bytes = 0;
};

/// One operation at a time. The timer is set once and then only moved when it has to ring earlier:
/// a busy connection does not touch it for every request.
class CallerConnection : public std::enable_shared_from_this<CallerConnection> {
 public:
  /// `clock` tells the machine's steady time: real timers wait for it.
  CallerConnection(StreamSocket socket, const Clock& clock);

  /// At least one byte, or why not.
  Task<ReadResult> Read(std::span<char> into, SteadyTime deadline, Awaited awaited);
  /// What has arrived by now, 0 when nothing has. Never waits.
  [[nodiscard]] std::size_t ReadNow(std::span<char> into);
  /// What the socket takes at once; consumes it. True: that was everything. False may also mean
  /// that the connection is broken: Write() tells.
  [[nodiscard]] bool WriteNow(Gather& pieces);
  /// Writes everything. `idle` limits the time without any progress, so that a slow reader is
  /// served and a stuck one is not.
  Task<IoStatus> Write(Gather pieces, Milliseconds idle);

  /// A pending Read ends with kInterrupted.
  void Interrupt();
  /// Sends FIN: the peer reads what was written and then the end.
  void ShutDownSending();
  void Close();
  /// Sends RST where the protocol has it: nobody takes what was sent for complete.
  void Reset();
  [[nodiscard]] bool is_open() const { return socket_.is_open(); }
  [[nodiscard]] int descriptor() { return socket_.native_handle(); }
  [[nodiscard]] SteadyTime Now() const { return clock_.Steady(); }

 private:
  /// nullopt when nothing has arrived.
  [[nodiscard]] std::optional<ReadResult> TryRead(std::span<char> into);
  void Arm(SteadyTime deadline);
  void Disarm() { armed_ = false; }
  void LimitUnsent(std::size_t sent, SteadyTime::duration wait);
  void StartTimer(SteadyTime at);
  void OnTimer();

  StreamSocket socket_;
  const Clock& clock_;
  boost::asio::steady_timer timer_;
  UnsentLimit unsent_;
  SteadyTime deadline_;
  SteadyTime timer_at_;
  bool timer_running_ = false;
  bool armed_ = false;
  bool expired_ = false;
  bool interrupted_ = false;
  bool drained_ = false;  ///< the last read left nothing behind
};

}  // namespace sallyport::net
