#include "observe/line_batch.h"

#include <utility>

namespace sallyport::observe {

LineBatch::LineBatch(std::function<void(std::string_view lines)> receive)
    : receive_(std::move(receive)), thread_([this] { Run(); }) {}

LineBatch::~LineBatch() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void LineBatch::Add(std::string_view line) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() + line.size() >= kMost) {
      ++dropped_;
      return;
    }
    const std::size_t before = waiting_.size();
    waiting_ += line;
    waiting_ += '\n';
    // Waking costs a system call: only for the first line, and once more when it becomes much.
    wake = before == 0 || (before < kEager && waiting_.size() >= kEager);
    if (waiting_.size() >= kEager) urgent_ = true;
  }
  if (wake) wake_.notify_one();
}

void LineBatch::Flush() {
  std::unique_lock lock(mutex_);
  urgent_ = true;
  wake_.notify_one();
  handed_over_.wait(lock, [this] { return waiting_.empty() && !receiving_; });
}

std::uint64_t LineBatch::dropped() const {
  const std::lock_guard lock(mutex_);
  return dropped_;
}

void LineBatch::Run() {
  std::string batch;
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stopping_ || !waiting_.empty() || urgent_; });
    wake_.wait_for(lock, kDelay, [this] { return stopping_ || urgent_; });
    urgent_ = false;
    if (waiting_.empty() && stopping_) return;
    batch.clear();
    batch.swap(waiting_);
    receiving_ = true;
    lock.unlock();
    if (!batch.empty()) receive_(batch);
    lock.lock();
    receiving_ = false;
    handed_over_.notify_all();
  }
}

}  // namespace sallyport::observe
