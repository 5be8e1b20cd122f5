// Collects lines and hands them over together, from a thread of its own.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace sallyport::observe {

/// Thread-safe. A line waits at most `kDelay`, unless the receiver is slow.
class LineBatch {
 public:
  static constexpr std::chrono::milliseconds kDelay{20};
  static constexpr std::size_t kEager = 256 * 1024;      ///< handed over without waiting
  static constexpr std::size_t kMost = 4 * 1024 * 1024;  ///< more is dropped

  /// `receive` gets whole lines, each ended by a newline; called on the batch's thread only.
  explicit LineBatch(std::function<void(std::string_view lines)> receive);
  ~LineBatch();  ///< hands over the rest
  LineBatch(const LineBatch&) = delete;
  LineBatch& operator=(const LineBatch&) = delete;

  void Add(std::string_view line);
  /// Returns when every line added before has been received.
  void Flush();
  [[nodiscard]] std::uint64_t dropped() const;

 private:
  void Run();

  std::function<void(std::string_view)> receive_;
  mutable std::mutex mutex_;
  std::condition_variable wake_, handed_over_;
  std::string waiting_;
  bool urgent_ = false, stopping_ = false, receiving_ = false;
  std::uint64_t dropped_ = 0;
  std::thread thread_;
};

}  // namespace sallyport::observe
