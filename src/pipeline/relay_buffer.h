// The buffer of one relayed body: small, but large while a stream fills it at speed.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <utility>

#include "pipeline/body_blocks.h"
#include "sallyport/base/clock.h"

namespace sallyport::pipeline {

/// Where more than 64 MiB a second pass, the work of receiving and sending is what the machine is
/// busy with; slower streams, and those of slow readers, are as well off with a small buffer.
/// `blocks` and `clock` outlive it.
class RelayBuffer {
 public:
  static constexpr std::size_t kWindowBytes = 512 * 1024;
  static constexpr Milliseconds kFastWindow{8};

  RelayBuffer(BodyBlocks& blocks, const Clock& clock) : blocks_(blocks), clock_(clock) {}

  /// Empty before Take().
  [[nodiscard]] std::span<char> span() const { return block_.span(); }
  void Take() { block_ = blocks_.Take(); }
  /// A piece of that size has been passed on: nothing in the buffer is needed any more.
  void Passed(std::size_t bytes) {
    if (bytes < span().size()) {  // there is room to spare
      window_.reset();
      return;
    }
    const SteadyTime now = clock_.Steady();
    if (!window_) window_ = Window{now, 0};
    window_->bytes += bytes;
    if (window_->bytes < kWindowBytes) return;
    const bool fast = now - window_->start <= kFastWindow;
    window_ = Window{now, 0};
    const bool large = span().size() == BodyBlocks::kLargeBytes;
    if (fast && !large) Replace(blocks_.TakeLarge());
    if (!fast && large) Replace(blocks_.Take());
  }

 private:
  struct Window {
    SteadyTime start;
    std::size_t bytes = 0;
  };

  void Replace(Block other) {
    if (other) block_ = std::move(other);  // else all large ones are in use
  }

  BodyBlocks& blocks_;
  const Clock& clock_;
  Block block_;
  std::optional<Window> window_;
};

}  // namespace sallyport::pipeline
