// Where the log of a test goes.
#pragma once

#include <fcntl.h>
#include <unistd.h>

namespace sallyport::test {

/// Declare it before the log, whose thread writes until it is destroyed.
struct NullDescriptor {
  const int value = open("/dev/null", O_WRONLY | O_CLOEXEC);
  NullDescriptor() = default;
  ~NullDescriptor() { close(value); }
  NullDescriptor(const NullDescriptor&) = delete;
  NullDescriptor& operator=(const NullDescriptor&) = delete;
};

}  // namespace sallyport::test
