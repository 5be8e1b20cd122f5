// One caller's connection from accept to close: head after head, each answered before the next.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "net/server/caller_connection.h"
#include "net/server/exchange.h"
#include "net/server/input_buffer.h"
#include "net/server/shard.h"
#include "sallyport/async/task.h"
#include "sallyport/base/result.h"

namespace sallyport::net {

/// On its shard's thread. Owned by its coroutine; in the shard's list while that runs.
class Session : public SessionHook, public std::enable_shared_from_this<Session> {
 public:
  /// How a session starts: a connection over the limit is only told so.
  enum class Admission : std::uint8_t { kServed, kOverLimit };

  Session(std::shared_ptr<Shard> shard, std::shared_ptr<CallerConnection> connection, Peer peer,
          Admission admission);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Starts the coroutine, which keeps the session alive.
  void Start();
  /// The rest of a head that has begun has to come soon. The next answer will be the last.
  void Drain();
  /// Between two requests: closes unless the next one is arriving just now.
  void EndRest();
  /// Closes the socket and tells the handler; the coroutine ends by itself.
  void CloseNow();

 private:
  enum class Arrival : std::uint8_t { kHead, kRefused, kClosed };
  enum class Next : std::uint8_t { kRequest, kLinger, kClose };

  /// What a read that can be interrupted waits for.
  enum class Waits : std::uint8_t {
    kNot,
    kAtRest /* between two requests */,
    kForRest /* of a head */
  };
  struct HeadWait {
    SteadyTime started, deadline;
    bool begins = false;  ///< with what was read last
    bool begun = false;
    bool trusted = false;      ///< it came back before
    bool looks_later = false;  ///< the read waits for an event before it tries
  };

  Task<void> Run();
  Task<void> Serve();
  /// Waits for a whole head and parses it into head_, or leaves the reason in refusal_.
  Task<Arrival> AwaitHead();
  /// Until when the next read for it may last.
  [[nodiscard]] SteadyTime PlanRead(HeadWait& wait) const;
  Task<Next> ServeRequest();
  /// The handler threw: a 500, unless it had begun an answer.
  Task<void> AnswerForThrow(Exchange& exchange, std::string failure);
  /// Lets the handler answer with `error`; the connection closes afterwards.
  Task<void> Refuse(Exchange& exchange, Error error);
  Task<void> RefuseHead(Error error);
  /// Is the answer out?
  Task<bool> AnswerRefusal(Error error);
  /// Reads over the rest of a body that the handler did not want. False: close instead.
  Task<bool> DrainBody(Exchange& exchange);
  /// Lets the other connections of the shard have their turn.
  Task<void> Yield();
  /// FIN, then throws away what still comes for a while. Precondition: no exchange is left.
  Task<void> Linger();

  [[nodiscard]] Arrival TakeHead(std::size_t bytes);
  [[nodiscard]] Arrival RefuseLater(Error error);
  /// The read did not give bytes: what becomes of the connection?
  [[nodiscard]] Arrival EndOfWaiting(IoStatus status, bool begun);
  [[nodiscard]] bool ArrivedMeanwhile();
  void SetBusy(bool busy);
  /// Out of the shard's books; once.
  void Leave();

  std::shared_ptr<Shard> shard_;
  std::shared_ptr<const ServerLimits> limits_;
  std::shared_ptr<CallerConnection> connection_;
  Peer peer_;
  Admission admission_;
  InputBuffer input_;
  std::optional<http::RequestHead> head_;
  std::optional<Error> refusal_;
  Exchange* current_ = nullptr;
  bool served_one_ = false;
  bool kept_open_ = false;  ///< made a request after it had rested
  Waits waits_ = Waits::kNot;
  bool busy_ = false;
  bool counted_ = true;
};

using SessionList = boost::intrusive::list<Session, boost::intrusive::constant_time_size<false>>;

}  // namespace sallyport::net
