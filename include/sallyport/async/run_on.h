// Work on another thread's event loop, awaited from one's own.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "sallyport/async/task.h"

namespace sallyport::async {

template <typename T>
Task<void> KeepFor(Task<T> work, std::shared_ptr<std::optional<T>> kept) {
  T result = co_await std::move(work);
  kept->emplace(std::move(result));
}

/// Runs `work` on `executor` and resumes where it is awaited, with its result or exception. When
/// the awaiting coroutine is cancelled, so is the work. A loop that was stopped never resumes it.
template <typename T>
Task<T> RunOn(boost::asio::any_io_executor executor, Task<T> work) {
  auto kept = std::make_shared<std::optional<T>>();
  Task<void> keeping = KeepFor(std::move(work), kept);
  co_await boost::asio::co_spawn(executor, std::move(keeping), boost::asio::use_awaitable);
  co_return std::move(**kept);
}

}  // namespace sallyport::async
