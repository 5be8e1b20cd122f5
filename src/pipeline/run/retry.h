// Is an attempt of a run made again, and when? (`retries` of a query.) Pure: the clock and the dice
// are the caller's.
#pragma once

#include <optional>
#include <string_view>

#include "sallyport/base/clock.h"
#include "sallyport/base/error.h"

namespace sallyport::pipeline {

/// What a decision depends on beside how the attempt ended.
struct RetryChance {
  bool idempotent = false;  ///< by the method of the request as it was sent
  bool can_resend = false;  ///< nothing of the body was given out, or all of it is held
  Milliseconds left{0};     ///< of the run's time
  double random = 0;        ///< in [0, 1): spreads the attempts of many callers
};

/// Counts the attempts of one run, over all its hops. The wait doubles from 100 ms to 5 s; half of
/// it is chance.
class RetryState {
 public:
  /// `retries`: how many attempts beyond the first.
  explicit RetryState(int retries) : left_(retries) {}

  /// How long to wait before the next attempt; nullopt: the error is final. Any method is tried
  /// again when nothing was sent (dns_failed, connect_failed, connect_timeout), idempotent ones
  /// also after upstream_reset and first_byte_timeout.
  [[nodiscard]] std::optional<Milliseconds> AfterError(ErrorKind kind, const RetryChance& chance);
  /// The same after an answer: idempotent methods after 429, 502, 503 and 504. `retry_after` is
  /// what the target asks for; a wait that does not fit into the run's time makes the answer final.
  [[nodiscard]] std::optional<Milliseconds> AfterAnswer(int status,
                                                        std::optional<Milliseconds> retry_after,
                                                        const RetryChance& chance);
  /// Attempts beyond the first that were granted.
  [[nodiscard]] int used() const { return used_; }

 private:
  std::optional<Milliseconds> Grant(Milliseconds at_least, const RetryChance& chance);

  int left_;
  int used_ = 0;
};

/// Retry-After as a wait from `now`: seconds, or a date (one that is past is no wait).
/// nullopt for anything else.
[[nodiscard]] std::optional<Milliseconds> ParseRetryAfter(std::string_view value, SystemTime now);

}  // namespace sallyport::pipeline
