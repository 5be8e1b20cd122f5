#include "sallyport/store/data_dir_lock.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "sallyport/base/strings.h"

namespace sallyport::store {
namespace {

Error Refusal(std::string message) {
  return Error(ErrorKind::kInternal, ErrorSource::kGateway, std::move(message));
}

/// " (process 123)" from the text that the holder wrote; "" when it is none.
std::string HolderOf(int descriptor) {
  char text[32];
  const ssize_t size = pread(descriptor, text, sizeof text, 0);
  if (size <= 0) return "";
  const auto pid = ParseUnsigned(Trim({text, static_cast<std::size_t>(size)}));
  return pid ? " (process " + std::to_string(*pid) + ")" : "";
}

/// For the message of the next one who tries; the lock holds without it.
bool WriteHolder(int descriptor) {
  const std::string text = std::to_string(getpid()) + "\n";
  return ftruncate(descriptor, 0) == 0 &&
         pwrite(descriptor, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size());
}

}  // namespace

Result<DataDirLock> DataDirLock::Acquire(const std::string& data_dir) {
  const std::string path = data_dir + "/sallyport.lock";
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) {
    return Refusal("cannot open the lock file " + path + ": " + std::strerror(errno) +
                   "; data_dir must be a directory that this user may write");
  }
  DataDirLock lock(descriptor);
  if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) {
      return Refusal("cannot lock " + path + ": " + std::strerror(errno));
    }
    return Refusal("data_dir " + data_dir + " is in use by another sallyport process" +
                   HolderOf(descriptor) + "; stop it or choose another data_dir");
  }
  if (!WriteHolder(descriptor)) {
    return Refusal("cannot write the lock file " + path + ": " + std::strerror(errno));
  }
  return lock;
}

DataDirLock::DataDirLock(DataDirLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

DataDirLock& DataDirLock::operator=(DataDirLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

DataDirLock::~DataDirLock() {
  if (descriptor_ >= 0) close(descriptor_);
}

}  // namespace sallyport::store
