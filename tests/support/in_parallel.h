// Many calls at once.
#pragma once

#include <latch>
#include <thread>
#include <vector>

namespace sallyport::test {

/// Runs `task(i)` for 0 <= i < count, each on a thread of its own, all released together; the
/// results in order.
template <typename Task>
auto InParallel(int count, Task task) {
  std::vector<decltype(task(0))> results(static_cast<std::size_t>(count));
  std::vector<std::thread> threads;
  std::latch ready(count);
  for (int i = 0; i < count; ++i) {
    threads.emplace_back([&, i] {
      ready.arrive_and_wait();
      results[static_cast<std::size_t>(i)] = task(i);
    });
  }
  for (std::thread& thread : threads) thread.join();
  return results;
}

}  // namespace sallyport::test
