#include "observe/descriptor_sink.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace sallyport::observe {

void DescriptorSink::WriteLines(std::string_view lines) {
  const std::lock_guard lock(mutex_);
  WriteAll(lines);
}

std::uint64_t DescriptorSink::flushes() {
  const std::lock_guard lock(mutex_);
  return flushes_;
}

void DescriptorSink::WaitForFlush(std::uint64_t before) {
  std::unique_lock lock(mutex_);
  flushed_.wait(lock, [&] { return flushes_ > before; });
}

void DescriptorSink::flush_() {  // base_sink holds the lock
  ++flushes_;
  flushed_.notify_all();
}

void DescriptorSink::sink_it_(const spdlog::details::log_msg& message) {
  std::string line(message.payload.data(), message.payload.size());
  line += '\n';
  WriteAll(line);
}

void DescriptorSink::WriteAll(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t written = write(descriptor_, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      // stderr may share a non-blocking description with another program.
      pollfd waiting{descriptor_, POLLOUT, 0};
      (void)poll(&waiting, 1, 1000);
    } else if (errno != EINTR) {
      return;  // nobody is left to be told
    }
  }
}

}  // namespace sallyport::observe
