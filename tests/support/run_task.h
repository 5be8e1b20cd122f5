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

/// Runs until the task is done; other work of `context` goes on meanwhile.
template <typename T>
T RunTask(boost::asio::io_context& context, Task<T> task) {
  std::optional<T> value;
  std::exception_ptr failure;
  boost::asio::co_spawn(context, std::move(task), [&](std::exception_ptr error, T result) {
    failure = error;
    if (!error) value.emplace(std::move(result));
    context.stop();
  });
  context.restart();
  context.run();
  if (failure) std::rethrow_exception(failure);
  if (!value) throw std::logic_error("the task never finished");
  return std::move(*value);
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

}  // namespace sallyport::test
