#include "net/server/unix_listener.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace sallyport::net {

namespace {

Error Refusal(std::string why) {
  return Error(ErrorKind::kInternal, ErrorSource::kGateway, std::move(why));
}

Error SystemRefusal(int reason) {
  return Refusal(reason == EADDRINUSE ? "address in use" : std::strerror(reason));
}

/// Binds and connects through the directory's descriptor: sun_path holds only 107 bytes.
class UnixPath {
 public:
  static Result<UnixPath> Open(const std::string& path) {
    const std::filesystem::path whole(path);
    const std::filesystem::path folder = whole.has_parent_path() ? whole.parent_path() : ".";
    Descriptor directory(open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!directory) return SystemRefusal(errno);

    UnixPath result(std::move(directory), whole.filename());
    const std::string through =
        "/proc/self/fd/" + std::to_string(result.directory_.get()) + "/" + result.name_;
    if (through.size() >= sizeof result.address_.sun_path) {
      return Refusal("the file name is too long for a socket");
    }
    std::memcpy(result.address_.sun_path, through.c_str(), through.size() + 1);
    return result;
  }

  [[nodiscard]] const sockaddr* address() const {
    return reinterpret_cast<const sockaddr*>(&address_);
  }
  [[nodiscard]] static socklen_t length() { return sizeof(sockaddr_un); }

  /// Makes room for a new socket file.
  [[nodiscard]] Result<void> RemoveStale() const {
    struct stat found {};
    if (fstatat(directory_.get(), name_.c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno == ENOENT) return {};
      return SystemRefusal(errno);
    }
    if (!S_ISSOCK(found.st_mode)) return Refusal("a file that is no socket is in the way");
    const Descriptor probe(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!probe) return SystemRefusal(errno);
    if (connect(probe.get(), address(), length()) == 0 || errno == EAGAIN) {
      return SystemRefusal(EADDRINUSE);
    }
    if (errno != ECONNREFUSED) return SystemRefusal(errno);
    if (unlinkat(directory_.get(), name_.c_str(), 0) != 0) return SystemRefusal(errno);
    return {};
  }

 private:
  UnixPath(Descriptor directory, std::string name)
      : directory_(std::move(directory)), name_(std::move(name)) {
    address_.sun_family = AF_UNIX;
  }

  Descriptor directory_;
  std::string name_;
  sockaddr_un address_{};
};

}  // namespace

Result<Descriptor> ListenOnUnixPath(const std::string& path, int backlog) {
  Result<UnixPath> place = UnixPath::Open(path);
  if (!place) return std::move(place).error();
  if (Result<void> room = place->RemoveStale(); !room) return std::move(room).error();

  Descriptor listener(socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!listener) return SystemRefusal(errno);
  // Linux gives the file the mode of the socket, so that it is never open to others.
  if (fchmod(listener.get(), S_IRUSR | S_IWUSR) != 0) return SystemRefusal(errno);
  if (bind(listener.get(), place->address(), UnixPath::length()) != 0) return SystemRefusal(errno);
  if (listen(listener.get(), backlog) != 0) return SystemRefusal(errno);
  return listener;
}

}  // namespace sallyport::net
