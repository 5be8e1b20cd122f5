// Can the store be written? Asked at most every other second, however often readiness is asked, but
// for a write that has failed since.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "sallyport/async/task.h"
#include "sallyport/base/clock.h"
#include "sallyport/store/store.h"

namespace sallyport::app {

/// Thread-safe. `store` and `clock` outlive it and the loops that it is awaited on.
class StoreProbe {
 public:
  static constexpr Milliseconds kFresh{2000};     ///< an answer that young is given again
  static constexpr Milliseconds kPatience{2000};  ///< a disk that takes longer is not ready

  StoreProbe(store::Store& store, const Clock& clock);

  /// "" when writing works, else what is wrong (fit to show to admins).
  Task<std::string> Check();
  /// The last answer; "" before the first.
  [[nodiscard]] std::string last() const;

 private:
  struct State {
    mutable std::mutex mutex;
    SteadyTime asked{};
    bool known = false;
    std::uint64_t failures = 0;  ///< of the store, when it was asked
    std::string problem;
  };
  struct Run;
  static Task<void> Ask(store::Store& store, std::shared_ptr<Run> run);
  [[nodiscard]] bool IsFresh() const;

  store::Store& store_;
  const Clock& clock_;
  std::shared_ptr<State> state_;
};

}  // namespace sallyport::app
