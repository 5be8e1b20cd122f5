// The coroutine type of the whole code base. Rules for GCC 12 are in CONTRIBUTING.md
// ("Coroutines").
#pragma once

#include <boost/asio/awaitable.hpp>

// GCC 12 takes Asio's own pair of operator new and delete for coroutine frames for a mismatch, and
// says so at the end of the coroutine: nothing narrower reaches it.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif

namespace sallyport {

/// Runs on the io_context of the shard that spawned it; never changes thread.
template <typename T>
using Task = boost::asio::awaitable<T>;

}  // namespace sallyport
