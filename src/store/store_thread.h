// A thread with a bounded queue of jobs.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace sallyport::store {

/// Jobs run one after the other, in the order they were posted. They do not throw.
class StoreThread {
 public:
  using Job = std::function<void()>;

  /// `upkeep` runs on the thread after every job and at least once a minute.
  explicit StoreThread(Job upkeep);
  ~StoreThread();
  StoreThread(const StoreThread&) = delete;
  StoreThread& operator=(const StoreThread&) = delete;

  /// Any thread. False when the queue is full or the thread is stopping: the job is not run.
  [[nodiscard]] bool Post(Job job);
  /// Called by a long job, where others may come between: runs those that wait now.
  void RunWaiting();
  /// Runs what is queued, takes nothing new, joins.
  void Stop();

 private:
  void Run();
  /// Empty when none waits. Call it with the mutex held.
  [[nodiscard]] Job Take();

  Job upkeep_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> queue_;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses the others
};

}  // namespace sallyport::store
