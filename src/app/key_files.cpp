#include "app/key_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "sallyport/base/encoding.h"
#include "sallyport/base/strings.h"
#include "sallyport/crypto/digest.h"

namespace sallyport::app {
namespace {

constexpr std::size_t kMostBytes = 4096;
constexpr std::size_t kShortestAdminKey = 16;

Error Refuse(const std::string& path, const std::string& why) {
  return Error(ErrorKind::kInvalidState, ErrorSource::kGateway, path + ": " + why);
}

/// Closes itself.
class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  [[nodiscard]] int get() const { return descriptor_; }

 private:
  int descriptor_;
};

/// "" when nobody else can read it.
std::string JudgeMode(const struct stat& info) {
  constexpr mode_t kOthers = S_IRWXO, kGroup = S_IRWXG;
  const bool given_by_root = info.st_uid == 0 && geteuid() != 0 && (info.st_mode & S_IWGRP) == 0;
  if ((info.st_mode & kOthers) == 0 && ((info.st_mode & kGroup) == 0 || given_by_root)) return "";
  return "the file can be read by others, run chmod 600 on it";
}

Result<Secret> ReadMasterKey(const config::MasterKeyFile& file) {
  const Result<Secret> text = ReadKeyFile(file.file);
  if (!text) return text.error();
  Result<Secret> key =
      text->Reveal([](std::string_view bytes) { return crypto::ParseMasterKey(bytes); });
  if (key) return key;
  return Refuse(file.file, "master key " + file.id + ": " + key.error().message());
}

bool IsAdminKey(std::string_view text) {
  return text.size() >= kShortestAdminKey &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

}  // namespace

Result<Secret> ReadKeyFile(const std::string& path) {
  const File file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) return Refuse(path, std::string("cannot be read: ") + std::strerror(errno));
  struct stat info {};
  if (fstat(file.get(), &info) != 0 || !S_ISREG(info.st_mode)) {
    return Refuse(path, "is no regular file");
  }
  if (const std::string why = JudgeMode(info); !why.empty()) return Refuse(path, why);
  std::array<char, kMostBytes + 1> buffer;
  const ssize_t got = read(file.get(), buffer.data(), buffer.size());
  if (got < 0) return Refuse(path, std::string("cannot be read: ") + std::strerror(errno));
  const std::string_view bytes(buffer.data(), static_cast<std::size_t>(got));
  Secret text{std::string(Trim(bytes))};
  WipeBytes(buffer.data(), buffer.size());
  if (static_cast<std::size_t>(got) > kMostBytes) return Refuse(path, "is too large for a key");
  if (text.empty()) return Refuse(path, "is empty, put the key into it");
  return text;
}

Result<std::vector<crypto::MasterKey>> ReadMasterKeys(const config::Options& options) {
  std::vector<crypto::MasterKey> keys;
  for (const config::MasterKeyFile& file : options.master_keys) {
    Result<Secret> bytes = ReadMasterKey(file);
    if (!bytes) return std::move(bytes).error();
    keys.push_back({file.id, std::move(*bytes)});
  }
  return keys;
}

Result<Secret> ReadAdminKey(const config::Options& options) {
  Result<Secret> key = ReadKeyFile(options.admin_key_file);
  if (!key || key->Reveal(IsAdminKey)) return key;
  return Refuse(options.admin_key_file,
                "an admin key has at least 16 printable characters and no blanks");
}

Result<void> WriteKeyFile(const std::string& path, const Secret& text) {
  const File file(open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (file.get() < 0) return Refuse(path, std::string("cannot be made: ") + std::strerror(errno));
  const bool written = text.Reveal([&](std::string_view bytes) {
    const std::string line = std::string(bytes) + "\n";
    return write(file.get(), line.data(), line.size()) == static_cast<ssize_t>(line.size());
  });
  if (written && fsync(file.get()) == 0) return {};
  const std::string why = std::strerror(errno);
  unlink(path.c_str());
  return Refuse(path, "cannot be written: " + why);
}

Result<void> MakeMissingKeyFiles(const config::Options& options) {
  for (const config::MasterKeyFile& key : options.master_keys) {
    if (std::filesystem::exists(key.file)) continue;
    const Secret text(Base64Encode(crypto::RandomBytes(crypto::kKeyBytes)));
    if (Result<void> made = WriteKeyFile(key.file, text); !made) return made;
  }
  if (std::filesystem::exists(options.admin_key_file)) return {};
  return WriteKeyFile(options.admin_key_file, Secret(crypto::RandomToken("spk_")));
}

}  // namespace sallyport::app
