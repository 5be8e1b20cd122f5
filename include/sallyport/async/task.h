// The coroutine type of the whole code base. Rules for GCC 12 are in CONTRIBUTING.md
// ("Coroutines").
#pragma once

#include <boost/asio/awaitable.hpp>

namespace sallyport {

/// Runs on the io_context of the shard that spawned it; never changes thread.
template <typename T>
using Task = boost::asio::awaitable<T>;

}  // namespace sallyport
