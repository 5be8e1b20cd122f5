// One request on one caller's connection, as the pipeline sees it. Beast stays behind it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "sallyport/async/task.h"
#include "sallyport/base/ip_address.h"
#include "sallyport/base/result.h"
#include "sallyport/http/field_lines.h"
#include "sallyport/http/message_head.h"

namespace sallyport::net {

/// Which door the connection came through.
enum class Door : std::uint8_t { kMain, kOps, kControl };

struct Peer {
  IpAddress
      address;  ///< the socket's peer, never a forwarded header; 0.0.0.0 on the control socket
  std::uint16_t port = 0;
  Door door = Door::kMain;
};

/// How the answer's body is delimited.
struct BodyLength {
  enum class Kind : std::uint8_t { kNone, kKnown, kStreamed };
  Kind kind = Kind::kNone;
  std::uint64_t bytes = 0;
  /// 204, 304, answers to HEAD: no framing field is added. Any other answer then has a body of 0
  /// bytes.
  static BodyLength None() { return {}; }
  static BodyLength Known(std::uint64_t n) { return {Kind::kKnown, n}; }  ///< adds Content-Length
  static BodyLength Streamed() {
    return {Kind::kStreamed, 0};
  }  ///< chunked; close-delimited for HTTP/1.0
};

/// Lives on the shard of its connection; not thread-safe. The session frees it when the handler
/// returns.
class ServerExchange {
 public:
  virtual ~ServerExchange() = default;

  [[nodiscard]] virtual const http::RequestHead& head() const = 0;
  [[nodiscard]] virtual const Peer& peer() const = 0;

  /// The next piece of the request body, chunked coding removed; 0 at its end. The first call sends
  /// 100 Continue when the caller expects it, nothing of the body has arrived and no answer has
  /// begun. Precondition: `buffer` is not empty. Errors: malformed_request (bad chunk, cut body),
  /// request_timeout (body_idle); then the connection closes after the answer.
  virtual Task<Result<std::size_t>> ReadBody(std::span<char> buffer) = 0;
  /// Has the whole body been read?
  [[nodiscard]] virtual bool body_done() const = 0;
  /// Body bytes that arrived with the head and can be taken without waiting (identity framing only;
  /// else empty). ReadBody returns them first.
  [[nodiscard]] virtual std::string_view buffered_body() const = 0;
  /// malformed_request when what has arrived of a chunked body is broken already. Takes nothing; to
  /// be asked before the body is read.
  [[nodiscard]] virtual Result<void> JudgeArrivedBody() const { return {}; }

  /// Sends the status line, `fields`, the framing and Connection fields, and `first` (the front of
  /// the body) in one write. Adds nothing else; `fields` holds no framing field and no Connection.
  /// At most once; 1xx are not sent here. A body given for HEAD, 204 or 304 is left out, so that a
  /// handler may treat HEAD like GET. Errors of the writes: the caller is gone (malformed_request)
  /// or takes nothing (request_timeout, body_idle); the connection is cut then. internal: a bug.
  virtual Task<Result<void>> WriteHead(int status, std::string_view reason,
                                       const http::FieldLines& fields, BodyLength length,
                                       std::string_view first) = 0;
  /// More of the body; resolves when the socket has taken it (back-pressure). Writing past a known
  /// length is a bug.
  virtual Task<Result<void>> WriteBody(std::string_view bytes) = 0;
  /// Ends the body. A known length that is not reached cuts the connection; one that is reached
  /// needs no call.
  virtual Task<Result<void>> FinishBody() = 0;

  /// Is all that was declared with the socket? Then FinishBody has nothing left to do.
  [[nodiscard]] virtual bool answer_complete() const { return false; }

  [[nodiscard]] virtual bool head_sent() const = 0;
  /// After this exchange the connection closes (Connection: close is sent if the head is not out
  /// yet).
  virtual void CloseAfter() = 0;
  /// Cuts the connection at once, so that a started answer cannot look complete.
  virtual void Abort() = 0;
  /// Bytes of answer body handed to the socket, for the access line.
  [[nodiscard]] virtual std::uint64_t bytes_sent() const = 0;
  [[nodiscard]] virtual std::uint64_t bytes_received() const = 0;

  /// `callback` is called once, on this shard, when the connection is found broken (a reset, or the
  /// server closing it) while the handler is busy elsewhere: it should cancel the call to the
  /// target. May be called before this returns. An empty callback ends the watch; so does the end
  /// of the exchange. Noticed within a fraction of a second, by looking now and then, so that it
  /// costs short calls nothing. A caller that closed its sending side may still read: it counts as
  /// gone once it waited ServerLimits::half_closed without a byte of its answer.
  virtual void OnCallerGone(std::function<void()> /*callback*/) {}
};

/// Implemented by the pipeline. One per shard.
class Handler {
 public:
  virtual ~Handler() = default;
  /// Answers the exchange. If it returns without an answer having been finished, the session cuts
  /// the connection. After an answer to a request whose body was not read to its end, the session
  /// drains a little (64 KiB) or closes.
  virtual Task<void> Handle(ServerExchange& exchange) = 0;
  /// Answers `error` with a problem body; the session closes afterwards. For what the server
  /// refuses itself: a bad head, request_timeout for one that does not end, overloaded over the
  /// connection limit (`exchange.head()` is empty in all of these), and internal when Handle threw
  /// before it answered.
  virtual Task<void> HandleBadHead(ServerExchange& exchange, Error error) = 0;
};

}  // namespace sallyport::net
