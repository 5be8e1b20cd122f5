// How much the placeholders of a request stand for, before anything is built from them: a small
// query that names one large value many times would cost its size that many times.
#pragma once

#include <cstdint>
#include <unordered_map>

#include "sallyport/base/result.h"
#include "sallyport/request/expand.h"

namespace sallyport::request {

class ExpansionSize {
 public:
  /// `most` in bytes; 0 = no bound.
  explicit ExpansionSize(std::uint64_t most) : most_(most) {}

  /// Adds what the placeholders of `text` stand for. `scope` and its values must not change.
  void Add(const Template& text, const Scope& scope);
  /// Errors: payload_too_large.
  [[nodiscard]] Result<void> Judge() const;

 private:
  std::uint64_t most_;
  std::uint64_t bytes_ = 0;
  std::unordered_map<const Value*, std::uint64_t> known_;  ///< structures, measured once
};

}  // namespace sallyport::request
