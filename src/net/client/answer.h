// An answer under way on a connection of the pool.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "net/client/answer_body.h"
#include "net/client/channel.h"
#include "net/client/head_reader.h"
#include "sallyport/net/upstream.h"

namespace sallyport::net {

class Answer final : public UpstreamAnswer {
 public:
  /// Takes back a connection that can serve another call.
  using Recycle = std::function<void(const Destination&, ConnectionPointer)>;

  Answer(Channel channel, ReceivedHead received, CallTiming timing, Recycle recycle);
  ~Answer() override;
  Answer(const Answer&) = delete;
  Answer& operator=(const Answer&) = delete;

  /// Lets go of the connection if the whole body came with the head. Await it once, first.
  Task<void> Settle();

  [[nodiscard]] const http::ResponseHead& head() const override { return received_.head; }
  [[nodiscard]] const CallTiming& timing() const override { return timing_; }
  Task<Result<std::size_t>> ReadBody(std::span<char> buffer) override;
  [[nodiscard]] bool body_ready() const override;
  [[nodiscard]] bool body_done() const override;
  Task<void> Finish() override;

 private:
  Task<Result<std::size_t>> Receive(std::span<char> buffer);
  Result<std::size_t> OnEnd(const boost::system::error_code& ec);
  void LetGo();

  Channel channel_;  // without connection once it was let go
  ReceivedHead received_;
  CallTiming timing_;
  Recycle recycle_;
  AnswerBody body_;
  std::string_view buffered_;    // payload in received_.buffer
  std::optional<Error> failed_;  // what every further ReadBody says
};

}  // namespace sallyport::net
