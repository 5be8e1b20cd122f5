// The time of one run: all attempts, hops and waits, and the reading of an envelope's body.
#pragma once

#include <algorithm>
#include <string_view>

#include "pipeline/total_limit.h"
#include "sallyport/base/clock.h"

namespace sallyport::pipeline {

class TimeBudget {
 public:
  /// `setting` names where the limit comes from, for messages; static text.
  TimeBudget(SteadyTime start, Milliseconds total, std::string_view setting)
      : ends_(start + total), total_(total), setting_(setting) {}

  /// Never below zero; less than a millisecond counts as nothing.
  [[nodiscard]] Milliseconds Left(SteadyTime now) const {
    return std::max(Milliseconds(0), std::chrono::floor<Milliseconds>(ends_ - now));
  }
  /// An upload in motion is not cut: its time does not count.
  void StartOver(SteadyTime now) { ends_ = now + total_; }
  [[nodiscard]] TimeLimit LimitFrom(SteadyTime now) const { return {Left(now), total_, setting_}; }

 private:
  SteadyTime ends_;
  Milliseconds total_;
  std::string_view setting_;
};

}  // namespace sallyport::pipeline
