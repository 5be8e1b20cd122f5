#include "store/files.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sallyport::store {
namespace {

Error Failed(const std::string& doing, const std::string& path, int code) {
  return Error(ErrorKind::kStoreUnavailable, ErrorSource::kGateway,
               "cannot " + doing + " " + path + ": " + std::strerror(code));
}

Error Exists(const std::string& path) {
  return Error(ErrorKind::kConflict, ErrorSource::kCaller,
               path + " exists already and is not overwritten; choose another name");
}

}  // namespace

std::optional<std::uint64_t> FileSize(const std::string& path) {
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0) return std::nullopt;
  return static_cast<std::uint64_t>(status.st_size);
}

std::string DirectoryOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

Result<void> CreatePrivateFile(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) return errno == EEXIST ? Exists(path) : Failed("create", path, errno);
  close(descriptor);
  return {};
}

Result<void> SyncPath(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return Failed("open", path, errno);
  const int synced = fsync(descriptor);
  const int code = errno;
  close(descriptor);
  if (synced != 0) return Failed("sync", path, code);
  return {};
}

Result<void> RenameToFreeName(const std::string& from, const std::string& to) {
  if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return {};
  if (errno == EEXIST) return Exists(to);
  if (errno != EINVAL && errno != ENOSYS) return Failed("rename to", to, errno);
  // A file system without the flag: look first. Only a race with another writer could overwrite.
  if (FileSize(to)) return Exists(to);
  if (rename(from.c_str(), to.c_str()) != 0) return Failed("rename to", to, errno);
  return {};
}

}  // namespace sallyport::store
