// Takes a request's body off a connection: counted or chunked, 100 Continue included.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "net/server/caller_connection.h"
#include "net/server/input_buffer.h"
#include "sallyport/async/task.h"
#include "sallyport/base/result.h"
#include "sallyport/http/chunked.h"
#include "sallyport/http/message_head.h"

namespace sallyport::net {

/// Never takes a byte beyond the body's end: what follows stays in the input for the next request.
class RequestBody {
 public:
  /// `idle` limits each wait for more bytes.
  RequestBody(CallerConnection& connection, InputBuffer& input, const http::RequestHead& head,
              Milliseconds idle);

  /// The next piece of the payload, 0 at the end. Precondition: !buffer.empty(). After an error
  /// every call fails.
  Task<Result<std::size_t>> Read(std::span<char> buffer);
  /// Payload that has arrived already; counted bodies only.
  [[nodiscard]] std::string_view buffered() const;
  /// malformed_request when what has arrived of a chunked body is broken. Takes nothing. Before the
  /// first Read.
  [[nodiscard]] Result<void> JudgeArrived() const;
  [[nodiscard]] bool done() const { return done_; }
  [[nodiscard]] bool failed() const { return failed_; }
  /// Payload bytes given out so far.
  [[nodiscard]] std::uint64_t received() const { return received_; }

  /// The final answer goes out before the body was asked for: 100 Continue is not sent any more.
  void WithholdContinue() { continue_due_ = false; }
  /// May the rest be read over cheaply, should the handler not want it? Not when nobody knows
  /// whether the caller will send it (Expect without 100 Continue), nor when it is known to be
  /// long.
  [[nodiscard]] bool Drainable(std::uint64_t limit) const;
  /// No read waits beyond `deadline`.
  void LimitTime(SteadyTime deadline) { time_limit_ = deadline; }

 private:
  Task<Result<void>> SendContinue();
  Task<Result<std::size_t>> ReadCounted(std::span<char> buffer);
  Task<Result<std::size_t>> ReadChunked(std::span<char> buffer);
  /// Decodes what is in the input already.
  Result<std::size_t> DecodeArrived(std::span<char> buffer);
  [[nodiscard]] SteadyTime Deadline() const;
  Error Fail(IoStatus status);

  CallerConnection& connection_;
  InputBuffer& input_;
  Milliseconds idle_;
  http::BodyFraming framing_;
  http::ChunkDecoder decoder_{ErrorSource::kCaller};
  std::uint64_t remaining_;  ///< counted bodies
  std::uint64_t received_ = 0;
  std::optional<SteadyTime> time_limit_;
  bool continue_due_;
  bool withheld_body_;  ///< the caller waits for 100 Continue and has sent nothing yet
  bool started_ = false;
  bool done_;
  bool failed_ = false;
};

}  // namespace sallyport::net
