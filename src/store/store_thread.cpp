#include "store/store_thread.h"

#include <chrono>
#include <utility>

namespace sallyport::store {
namespace {

/// A flood of writes must not grow memory without limit; this many wait for some seconds already.
constexpr std::size_t kMaxQueued = 10000;
constexpr std::chrono::seconds kUpkeepInterval{60};

}  // namespace

StoreThread::StoreThread(Job upkeep) : upkeep_(std::move(upkeep)), thread_([this] { Run(); }) {}

StoreThread::~StoreThread() { Stop(); }

bool StoreThread::Post(Job job) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || queue_.size() >= kMaxQueued) return false;
    queue_.push_back(std::move(job));
  }
  wake_.notify_one();
  return true;
}

void StoreThread::RunWaiting() {
  std::size_t waiting = 0;
  {
    const std::lock_guard lock(mutex_);
    waiting = queue_.size();
  }
  // Not until none waits: a flood must not keep the long job from its end.
  for (; waiting > 0; --waiting) {
    Job job;
    {
      const std::lock_guard lock(mutex_);
      job = Take();
    }
    if (job) job();
  }
}

StoreThread::Job StoreThread::Take() {
  if (queue_.empty()) return {};
  Job job = std::move(queue_.front());
  queue_.pop_front();
  return job;
}

void StoreThread::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void StoreThread::Run() {
  while (true) {
    Job job;
    {
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, kUpkeepInterval, [this] { return stopping_ || !queue_.empty(); });
      job = Take();
      if (!job && stopping_) return;
    }
    if (job) job();
    upkeep_();
  }
}

}  // namespace sallyport::store
