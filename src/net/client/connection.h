// One connection to a target, plain or TLS: bytes in and out under time limits.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>

#include "net/awaited.h"
#include "net/client/tls_profile.h"
#include "net/client/watchdog.h"
#include "sallyport/async/task.h"
#include "sallyport/base/clock.h"
#include "sallyport/base/ip_address.h"
#include "sallyport/net/call_handle.h"

namespace sallyport::net {

struct WireResult {
  boost::system::error_code error;
  std::size_t bytes = 0;
};

/// Used on its shard only. One read and one write may be under way at once; whoever awaits them
/// holds a ConnectionPointer. A limit that passes closes the socket, so that both end.
class TargetConnection final : public Closable {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  using TlsStream = boost::asio::ssl::stream<Socket&>;

  explicit TargetConnection(boost::asio::io_context& context);
  ~TargetConnection() override;
  TargetConnection(const TargetConnection&) = delete;
  TargetConnection& operator=(const TargetConnection&) = delete;

  [[nodiscard]] Socket& socket() { return socket_; }
  [[nodiscard]] Watchdog& watchdog() { return watchdog_; }
  /// Makes the TLS stream; the handshake is the connector's. Call once.
  TlsStream& StartTls(const TlsProfilePointer& profile, const std::string& origin);
  [[nodiscard]] bool is_tls() const { return tls_ != nullptr; }
  [[nodiscard]] SSL* ssl() { return tls_->native_handle(); }

  /// What has arrived, without waiting. 0 over TLS, when there is nothing, and at the end or when
  /// the connection is broken: Read() tells which.
  [[nodiscard]] std::size_t ReadNow(std::span<char> into);
  /// One receive. Ends the read limit.
  Task<WireResult> Read(std::span<char> into, Awaited awaited);
  /// What the socket takes of both pieces without waiting, in bytes. 0 over TLS, and when the
  /// connection is broken: Write() tells why.
  [[nodiscard]] std::size_t WriteNow(std::string_view first, std::string_view second);
  /// Writes all of both pieces, gathered. Ends the write limit. The bytes outlive the call.
  Task<WireResult> Write(std::string_view first, std::string_view second);

  void Close() override;
  [[nodiscard]] bool is_open() const { return socket_.is_open(); }
  /// Open, and nothing has arrived that nobody asked for (neither bytes nor the peer's close)?
  [[nodiscard]] bool IsQuiet();
  /// Has TLS taken more off the socket than was read? Then something has arrived that nobody asked
  /// for, when a whole answer was read.
  [[nodiscard]] bool HoldsUnread();

  IpAddress address;                    ///< dialled
  std::uint64_t egress_generation = 0;  ///< of the policy that judged `address`
  bool reused = false;                  ///< served a call before this one
  bool proven = false;                  ///< served a call after it had been idle
  bool left_clean = false;              ///< nothing stood behind its last answer
  SteadyTime idle_since{};              ///< when it was last given back
  std::shared_ptr<void> counted;        ///< keeps the shard's count of open connections

 private:
  Socket socket_;
  TlsSessionSlot session_slot_;  // outlives tls_
  std::unique_ptr<TlsStream> tls_;
  Watchdog watchdog_;
  bool drained_ = false;  ///< the last read left nothing behind; never over TLS
};
using ConnectionPointer = std::shared_ptr<TargetConnection>;

}  // namespace sallyport::net
