// Runs a coroutine to its end on a private io_context; assert on what it returns (never inside a
// coroutine).
#pragma once

#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "sallyport/async/task.h"

namespace sallyport::test {

/// Spawning a task of a type without a default constructor (Result) is not possible; this one is.
template <typename T>
Task<void> KeepResult(Task<T> task, std::optional<T>& kept) {
  T result = co_await std::move(task);
  kept.emplace(std::move(result));
}

inline void RunTask(boost::asio::io_context& context, Task<void> task) {
  std::exception_ptr failure;
  bool done = false;
  boost::asio::co_spawn(context, std::move(task), [&](std::exception_ptr error) {
    failure = error;
    done = true;
    context.stop();
  });
  context.restart();
  context.run();
  if (failure) std::rethrow_exception(failure);
  if (!done) throw std::logic_error("the task never finished");
}

/// Runs until the task is done; other work of `context` goes on meanwhile.
template <typename T>
T RunTask(boost::asio::io_context& context, Task<T> task) {
  std::optional<T> value;
  RunTask(context, KeepResult(std::move(task), value));
  return std::move(*value);
}

}  // namespace sallyport::test
