#include "sallyport/store/data_dir_lock.h"

#include <csignal>
#include <optional>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/temp_dir.h"

namespace sallyport::store {
namespace {

TEST(DataDirLock, KeepsASecondOneOutAndNamesTheHolder) {
  const test::TempDir directory;
  auto first = DataDirLock::Acquire(directory.path());
  ASSERT_TRUE(first);
  auto second = DataDirLock::Acquire(directory.path());
  ASSERT_FALSE(second);
  const std::string& message = second.error().message();
  EXPECT_NE(message.find("(process " + std::to_string(getpid()) + ")"), std::string::npos)
      << message;
  EXPECT_EQ(message.find('\n'), std::string::npos);
}

TEST(DataDirLock, IsPrivateAndItsFileStays) {
  const test::TempDir directory;
  {
    auto lock = DataDirLock::Acquire(directory.path());
    ASSERT_TRUE(lock);
  }
  struct stat status {};
  ASSERT_EQ(stat((directory / "sallyport.lock").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  EXPECT_TRUE(DataDirLock::Acquire(directory.path()));
}

TEST(DataDirLock, MovesWithItsOwner) {
  const test::TempDir directory;
  std::optional<DataDirLock> owner;
  {
    auto lock = DataDirLock::Acquire(directory.path());
    ASSERT_TRUE(lock);
    owner.emplace(std::move(*lock));
  }
  EXPECT_FALSE(DataDirLock::Acquire(directory.path()));
  owner.reset();
  EXPECT_TRUE(DataDirLock::Acquire(directory.path()));
}

TEST(DataDirLock, IsReleasedWhenItsProcessIsKilled) {
  const test::TempDir directory;
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = fork();
  if (child == 0) {
    auto lock = DataDirLock::Acquire(directory.path());
    const char byte = lock ? 'y' : 'n';
    if (write(ready[1], &byte, 1) != 1) _exit(1);
    pause();
    _exit(0);
  }
  char byte = 0;
  ASSERT_EQ(read(ready[0], &byte, 1), 1);
  EXPECT_EQ(byte, 'y');
  auto held = DataDirLock::Acquire(directory.path());
  ASSERT_FALSE(held);
  EXPECT_NE(held.error().message().find(std::to_string(child)), std::string::npos);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  EXPECT_TRUE(DataDirLock::Acquire(directory.path()));
  close(ready[0]);
  close(ready[1]);
}

TEST(DataDirLock, AMissingDirectoryIsAnErrorThatSaysSo) {
  const test::TempDir directory;
  auto lock = DataDirLock::Acquire(directory / "none");
  ASSERT_FALSE(lock);
  EXPECT_NE(lock.error().message().find("No such file or directory"), std::string::npos);
}

}  // namespace
}  // namespace sallyport::store
