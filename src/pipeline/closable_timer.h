// A wait inside a call that ends early when the call is cancelled.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "sallyport/base/clock.h"
#include "sallyport/net/call_handle.h"

namespace sallyport::pipeline {

/// Give it to net::CallHandle::WaitsOn while `timer` is awaited.
struct ClosableTimer : net::Closable {
  ClosableTimer(const boost::asio::any_io_executor& executor, Milliseconds wait)
      : timer(executor, wait) {}
  void Close() override { timer.expires_after(Milliseconds(0)); }

  boost::asio::steady_timer timer;
};

}  // namespace sallyport::pipeline
