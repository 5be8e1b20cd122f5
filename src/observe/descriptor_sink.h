// A spdlog sink that writes whole lines to a descriptor, one system call each.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string_view>

#include <spdlog/sinks/base_sink.h>

namespace sallyport::observe {

/// Shared by the event queue and the access lines. Thread-safe. The descriptor is not owned.
class DescriptorSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit DescriptorSink(int descriptor) : descriptor_(descriptor) {}
  /// Bytes that end in a newline.
  void WriteLines(std::string_view lines);
  /// How often the queue has asked for a flush; it does so in the order of the messages.
  [[nodiscard]] std::uint64_t flushes();
  /// Waits until flushes() is more than `before`.
  void WaitForFlush(std::uint64_t before);

 private:
  void sink_it_(const spdlog::details::log_msg& message) override;
  void flush_() override;
  void WriteAll(std::string_view bytes) const;

  int descriptor_;
  std::uint64_t flushes_ = 0;
  std::condition_variable flushed_;
};

}  // namespace sallyport::observe
