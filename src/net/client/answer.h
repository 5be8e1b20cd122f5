// An answer under way on a connection of the pool.
#pragma once

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
  class Recycler {
   public:
    virtual ~Recycler() = default;
    virtual void Recycle(const Destination& destination, ConnectionPointer connection) = 0;
  };

  Answer(Channel channel, ReceivedHead received, CallTiming timing,
         std::shared_ptr<Recycler> recycler);
  ~Answer() override;
  Answer(const Answer&) = delete;
  Answer& operator=(const Answer&) = delete;

  /// Lets go of the connection if the whole body came with the head. Call it once, first. False:
  /// the request is still being sent; await Settle().
  [[nodiscard]] bool SettleNow();
  Task<void> Settle();

  [[nodiscard]] const http::ResponseHead& head() const override { return received_.head; }
  [[nodiscard]] const CallTiming& timing() const override { return timing_; }
  [[nodiscard]] std::string_view TakeArrived() override;
  Task<Result<std::size_t>> ReadBody(std::span<char> buffer) override;
  [[nodiscard]] bool body_ready() const override;
  [[nodiscard]] bool body_done() const override;
  Task<void> Finish() override;

 private:
  Task<Result<std::size_t>> Receive(std::span<char> buffer);
  /// What is there already, where that is likely; 0 when there is nothing.
  [[nodiscard]] std::size_t ReceiveNow(std::span<char> into);
  Result<std::size_t> OnEnd(const boost::system::error_code& ec);
  [[nodiscard]] bool EmptiedTheSocket() const;
  void LetGo();

  Channel channel_;                     // without connection once it was let go
  std::shared_ptr<Recycler> recycler_;  // outlives the block in received_, which is its
  ReceivedHead received_;
  CallTiming timing_;
  AnswerBody body_;
  bool came_whole_ = false;      ///< with the head
  bool was_full_ = false;        ///< the last receive filled its buffer: more is likely there
  int without_waiting_ = 0;      ///< receives in a row
  std::string_view buffered_;    // payload in received_.buffer
  std::optional<Error> failed_;  // what every further ReadBody says
};

}  // namespace sallyport::net
