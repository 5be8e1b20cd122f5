// What the sessions of one shard share.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include <boost/asio/io_context.hpp>
#include <boost/intrusive/list.hpp>

#include "net/server/caller_watch.h"
#include "net/server/input_buffer.h"
#include "sallyport/base/block_pool.h"
#include "sallyport/base/clock.h"
#include "sallyport/net/server.h"
#include "sallyport/net/server_exchange.h"

namespace sallyport::net {

class Session;
using SessionHook =
    boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

/// One thread only. Outlives its sessions, which share it.
struct Shard {
  /// How soon a vanished caller is noticed.
  static constexpr Milliseconds kCallerWatchInterval{200};

  Shard(boost::asio::io_context& io, Handler& answers, ServerLimits bounds, ConnectionCount& total,
        const Clock& time)
      : context(io),
        handler(answers),
        limits(std::make_shared<const ServerLimits>(bounds)),
        count(total),
        clock(time),
        caller_watch(
            std::make_shared<CallerWatch>(io, time, kCallerWatchInterval, bounds.half_closed)) {}

  void Report(std::string_view failure) const {
    if (on_failure) on_failure(failure);
  }

  /// Where all sessions read what nobody wants: thousands that linger at once need one block.
  [[nodiscard]] std::span<char> waste() {
    if (!waste_) waste_ = Block(InputBuffer::kLargeBytes);
    return waste_.span();
  }

  boost::asio::io_context& context;
  Handler& handler;
  std::shared_ptr<const ServerLimits> limits;
  ConnectionCount& count;
  const Clock& clock;
  std::shared_ptr<CallerWatch> caller_watch;
  BlockPool blocks{InputBuffer::kLargeBytes, 32};
  std::function<void(std::string_view)> on_failure;
  bool draining = false;
  bool ending = false;  ///< connections at rest are closed
  std::size_t open = 0;
  std::size_t busy = 0;
  std::size_t refusing = 0;  ///< connections over the limit that are being told so

 private:
  Block waste_;
};

}  // namespace sallyport::net
