// Sends a request while its answer is awaited: the head, the ready part of the body, then what
// `source` gives.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "net/client/connection.h"
#include "sallyport/net/upstream.h"

namespace sallyport::net {

/// A coroutine of its own on the shard. It touches `call->source` only between Start and the moment
/// finished() turns true; whoever owns the source stops the pump and awaits Finished() first.
///
/// A write that fails ends the pump but not the call: a target that answers early and stops reading
/// has often sent its answer already. A source that fails closes the connection, so that the target
/// never takes the request for complete.
class BodyPump : public std::enable_shared_from_this<BodyPump> {
 public:
  BodyPump(boost::asio::io_context& context, ConnectionPointer connection,
           std::shared_ptr<const OutboundCall> call);

  void Start();
  /// Closes the connection and cancels a Read of the source that is under way.
  void Stop();
  /// Resumes once finished() holds.
  static Task<void> Finished(std::shared_ptr<BodyPump> pump);

  [[nodiscard]] bool finished() const { return finished_; }
  /// Is the whole request out?
  [[nodiscard]] bool complete() const { return complete_; }
  [[nodiscard]] bool source_touched() const { return source_touched_; }
  [[nodiscard]] const std::optional<Error>& source_error() const { return source_error_; }

  /// While the request is being sent the target may be silent; from its end on it has `limit` for
  /// the read that is under way. Without a value no read is.
  void LimitReadAfterwards(std::optional<Milliseconds> limit);

 private:
  class FrameGuard;
  static Task<void> Run(std::shared_ptr<BodyPump> pump);
  Task<bool> Send(std::string_view first, std::string_view second);
  Task<void> Stream();
  void OnFinished();

  boost::asio::io_context& context_;
  ConnectionPointer connection_;
  std::shared_ptr<const OutboundCall> call_;
  boost::asio::cancellation_signal cancel_;
  boost::asio::steady_timer done_;
  std::optional<Milliseconds> read_limit_;
  std::optional<Error> source_error_;
  bool stopping_ = false;
  bool finished_ = false;
  bool complete_ = false;
  bool source_touched_ = false;
};

}  // namespace sallyport::net
