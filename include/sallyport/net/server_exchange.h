// One request on one caller's connection, as the pipeline sees it. Beast stays behind it.
#pragma once

#include <cstddef>
#include <cstdint>
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
  static BodyLength None() { return {}; }  ///< 204, 304, answers to HEAD: no framing field is added
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
  /// 100 Continue when the caller expects it. Errors: malformed_request (bad chunk, cut body),
  /// request_timeout (body_idle).
  virtual Task<Result<std::size_t>> ReadBody(std::span<char> buffer) = 0;
  /// Has the whole body been read?
  [[nodiscard]] virtual bool body_done() const = 0;
  /// Body bytes that arrived with the head and can be taken without waiting (identity framing only;
  /// else empty). ReadBody returns them first.
  [[nodiscard]] virtual std::string_view buffered_body() const = 0;

  /// Sends the status line, `fields`, the framing and Connection fields, and `first` (the front of
  /// the body) in one write. Adds nothing else. At most once; 1xx are not sent here.
  virtual Task<Result<void>> WriteHead(int status, std::string_view reason,
                                       const http::FieldLines& fields, BodyLength length,
                                       std::string_view first) = 0;
  /// More of the body; resolves when the socket has taken it (back-pressure). Writing past a known
  /// length is a bug.
  virtual Task<Result<void>> WriteBody(std::string_view bytes) = 0;
  /// Ends the body. A known length that is not reached cuts the connection.
  virtual Task<Result<void>> FinishBody() = 0;

  [[nodiscard]] virtual bool head_sent() const = 0;
  /// After this exchange the connection closes (Connection: close is sent if the head is not out
  /// yet).
  virtual void CloseAfter() = 0;
  /// Cuts the connection at once, so that a started answer cannot look complete.
  virtual void Abort() = 0;
  /// Bytes of answer body handed to the socket, for the access line.
  [[nodiscard]] virtual std::uint64_t bytes_sent() const = 0;
  [[nodiscard]] virtual std::uint64_t bytes_received() const = 0;
};

/// Implemented by the pipeline. One per shard.
class Handler {
 public:
  virtual ~Handler() = default;
  /// Answers the exchange. If it returns without an answer having been finished, the session cuts
  /// the connection. After an answer to a request whose body was not read to its end, the session
  /// drains a little (64 KiB) or closes.
  virtual Task<void> Handle(ServerExchange& exchange) = 0;
  /// A head that the judge refused: answers with a problem body; the session closes afterwards.
  /// `exchange.head()` is empty.
  virtual Task<void> HandleBadHead(ServerExchange& exchange, Error error) = 0;
};

}  // namespace sallyport::net
