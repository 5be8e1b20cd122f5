// A coroutine that waits on a shard for a result from the store thread.
#pragma once

#include <utility>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include "sallyport/base/result.h"

namespace sallyport::store {

template <typename T>
class Answer {
 public:
  virtual ~Answer() = default;
  /// Resumes the coroutine on its own executor. Called once, from any thread.
  virtual void Give(Result<T> result) = 0;
};

template <typename T, typename Handler>
class WaitingHandler final : public Answer<T> {
 public:
  explicit WaitingHandler(Handler handler)
      : work_(boost::asio::make_work_guard(handler)), handler_(std::move(handler)) {}

  void Give(Result<T> result) override {
    auto executor = work_.get_executor();
    boost::asio::post(executor,
                      [handler = std::move(handler_), result = std::move(result)]() mutable {
                        std::move(handler)(std::move(result));
                      });
    work_.reset();
  }

 private:
  boost::asio::executor_work_guard<boost::asio::associated_executor_t<Handler>> work_;
  Handler handler_;
};

}  // namespace sallyport::store
