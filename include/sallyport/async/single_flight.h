// One piece of work under way per key, however many wait for it.
#pragma once

#include <chrono>
#include <exception>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include "sallyport/async/task.h"

namespace sallyport::async {

/// Used on the thread of `executor` only; outlives the work. The work does not belong to any of
/// those that wait: whoever goes away (is cancelled) harms nobody.
template <typename T>
class SingleFlight {
 public:
  explicit SingleFlight(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}
  SingleFlight(const SingleFlight&) = delete;
  SingleFlight& operator=(const SingleFlight&) = delete;

  /// Waits for the work of `key`; begins it with `start()`, which gives a Task<T>, when there is
  /// none. All get the one result; an exception is thrown to all.
  template <typename Start>
  Task<std::shared_ptr<const T>> Join(std::string key, Start start) {
    std::shared_ptr<Flight> flight;
    const auto known = flights_.find(key);
    if (known != flights_.end()) {
      flight = known->second;
    } else {
      flight = std::make_shared<Flight>(executor_);
      flights_.emplace(key, flight);
      Task<T> work = start();
      Task<void> flying = Fly(std::move(work), flight, std::move(key));
      boost::asio::co_spawn(executor_, std::move(flying), boost::asio::detached);
    }
    return Wait(std::move(flight));
  }

 private:
  struct Flight {
    explicit Flight(const boost::asio::any_io_executor& executor)
        : landed(executor, boost::asio::steady_timer::time_point::max()) {}
    std::shared_ptr<const T> result;
    std::exception_ptr failure;
    boost::asio::steady_timer landed;  ///< cancelled when there is a result
  };

  Task<void> Fly(Task<T> work, std::shared_ptr<Flight> flight, std::string key) {
    try {
      T result = co_await std::move(work);
      flight->result = std::make_shared<const T>(std::move(result));
    } catch (...) {
      flight->failure = std::current_exception();
    }
    flights_.erase(key);
    flight->landed.cancel();
  }

  static Task<std::shared_ptr<const T>> Wait(std::shared_ptr<Flight> flight) {
    if (!flight->result && !flight->failure) {
      boost::system::error_code woken;  // by the result, or because the waiter is cancelled
      co_await flight->landed.async_wait(
          boost::asio::redirect_error(boost::asio::use_awaitable, woken));
    }
    if (flight->failure) std::rethrow_exception(flight->failure);
    if (!flight->result) throw boost::system::system_error(boost::asio::error::operation_aborted);
    co_return flight->result;
  }

  boost::asio::any_io_executor executor_;
  std::map<std::string, std::shared_ptr<Flight>> flights_;
};

}  // namespace sallyport::async
