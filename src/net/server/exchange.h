// The ServerExchange of a real connection.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

#include "net/server/answer_writer.h"
#include "net/server/caller_connection.h"
#include "net/server/input_buffer.h"
#include "net/server/request_body.h"
#include "net/server/shard.h"
#include "sallyport/net/server_exchange.h"

namespace sallyport::net {

/// Lives in its session's coroutine; the bytes behind `head` stay pinned in `input` meanwhile.
class Exchange final : public ServerExchange {
 public:
  Exchange(Shard& shard, CallerConnection& connection, InputBuffer& input, const Peer& peer,
           const ServerLimits& limits, http::RequestHead head);

  [[nodiscard]] const http::RequestHead& head() const override { return head_; }
  [[nodiscard]] const Peer& peer() const override { return peer_; }
  Task<Result<std::size_t>> ReadBody(std::span<char> buffer) override { return body_.Read(buffer); }
  [[nodiscard]] bool body_done() const override { return body_.done(); }
  [[nodiscard]] std::string_view buffered_body() const override { return body_.buffered(); }
  [[nodiscard]] Result<void> JudgeArrivedBody() const override { return body_.JudgeArrived(); }
  Task<Result<void>> WriteHead(int status, std::string_view reason, const http::FieldLines& fields,
                               BodyLength length, std::string_view first) override;
  Task<Result<void>> WriteBody(std::string_view bytes) override {
    watched_.half_closed_since.reset();
    return answer_.WriteBody(bytes);
  }
  Task<Result<void>> FinishBody() override { return answer_.Finish(); }
  [[nodiscard]] bool answer_complete() const override { return answer_.complete(); }
  [[nodiscard]] bool head_sent() const override { return answer_.head_sent(); }
  void CloseAfter() override { close_after_ = true; }
  void Abort() override { answer_.Abort(); }
  [[nodiscard]] std::uint64_t bytes_sent() const override { return answer_.body_bytes(); }
  [[nodiscard]] std::uint64_t bytes_received() const override { return body_.received(); }
  void OnCallerGone(std::function<void()> callback) override;

  /// Will the connection close after this exchange, as far as is known now?
  [[nodiscard]] bool closes() const;
  [[nodiscard]] RequestBody& body() { return body_; }
  /// Tells the handler, if it asked, that nobody waits for the answer any more.
  void ReportGone();

 private:
  Shard& shard_;
  CallerConnection& connection_;
  const Peer& peer_;
  http::RequestHead head_;
  RequestBody body_;
  AnswerWriter answer_;
  WatchedCaller watched_;
  bool close_after_ = false;
};

}  // namespace sallyport::net
