// Puts one answer on a connection: framing, the Connection field, and no byte more or less than was
// declared.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "net/server/caller_connection.h"
#include "net/server/gather.h"
#include "sallyport/async/task.h"
#include "sallyport/base/result.h"
#include "sallyport/http/field_lines.h"
#include "sallyport/net/server_exchange.h"

namespace sallyport::net {

class AnswerWriter {
 public:
  /// What the request says about its answer.
  struct Request {
    bool is_head = false;   ///< HEAD: framing fields, but never a body
    bool http_1_0 = false;  ///< no chunked coding, keep-alive only when answered explicitly
  };
  enum class Persistence : std::uint8_t { kKeepAlive, kClose };

  /// `idle` limits the time in which a write makes no progress.
  AnswerWriter(CallerConnection& connection, Request request, Milliseconds idle)
      : connection_(connection), request_(request), idle_(idle) {}

  Task<Result<void>> WriteHead(int status, std::string_view reason, const http::FieldLines& fields,
                               BodyLength length, std::string_view first, Persistence persistence);
  Task<Result<void>> WriteBody(std::string_view bytes);
  Task<Result<void>> Finish();
  /// Cuts the connection.
  void Abort();

  [[nodiscard]] bool head_sent() const { return phase_ != Phase::kNothing; }
  /// Is everything that was declared with the socket? A counted body needs no Finish() for that.
  [[nodiscard]] bool complete() const;
  /// Does the answer oblige us to close?
  [[nodiscard]] bool closes() const { return closes_; }
  [[nodiscard]] std::uint64_t body_bytes() const { return body_bytes_; }

 private:
  enum class Phase : std::uint8_t { kNothing, kBody, kFinished, kCut };
  enum class Coding : std::uint8_t { kNoBody, kCounted, kChunked, kUntilClose };

  void ChooseCoding(int status, BodyLength length);
  /// With `room` for the bytes of further fields.
  [[nodiscard]] http::FieldLines FramingFields(int status, BodyLength length,
                                               std::size_t room) const;
  /// Is there room for `bytes` in what was declared?
  [[nodiscard]] Result<void> JudgeRoom(std::size_t bytes) const;
  /// Nearly always the socket takes everything at once; then nothing is suspended. False: what is
  /// left in `pieces` takes Send().
  [[nodiscard]] bool SentNow(Gather& pieces, std::size_t body_bytes);
  Task<Result<void>> Send(Gather pieces, std::size_t body_bytes);
  void Count(std::size_t body_bytes);

  CallerConnection& connection_;
  Request request_;
  Milliseconds idle_;
  Phase phase_ = Phase::kNothing;
  Coding coding_ = Coding::kNoBody;
  bool closes_ = false;
  std::uint64_t remaining_ = 0;  ///< kCounted
  std::uint64_t body_bytes_ = 0;
};

}  // namespace sallyport::net
