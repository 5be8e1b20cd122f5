// What the process asks of the kernel at its start.
#pragma once

#include <cstdint>
#include <string>

namespace sallyport::app {

/// How many files the process may open now.
[[nodiscard]] std::uint64_t OpenFiles();

/// How many of `wanted` connections callers may have: a quarter of the files is kept for
/// connections to targets, or callers that do nothing could keep all others from reaching any.
/// Pure.
[[nodiscard]] std::uint64_t MostConnections(std::uint64_t wanted, std::uint64_t files);

/// - SIGPIPE is ignored: a peer that is gone is an error of the write, not the end of the process.
/// - No core dumps but with --dev: a core holds every opened secret. (The process stays dumpable in
///   the sense of prctl, so that debuggers and /proc work for its owner; a secret in memory is as
///   safe as the account.)
/// - Open files are raised to the hard limit. The answer is a warning when that is less than the
///   configured connections of callers and their targets need, else "".
[[nodiscard]] std::string PrepareProcess(std::uint64_t connections, bool dev);

}  // namespace sallyport::app
