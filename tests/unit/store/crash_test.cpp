// kill -9 while writing: whatever was acknowledged is there afterwards.
#include <csignal>
#include <random>

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit/store/sqlite_fixture.h"

namespace sallyport::store {
namespace {

constexpr int kRounds = 24;

class Crash : public SqliteTest {
 protected:
  /// In the child: writes resources with a query and tokens for ever and acknowledges each with
  /// one byte.
  [[noreturn]] void WriteForEver(int round, int acknowledgements) {
    auto repository = Open();
    for (int i = 0;; ++i) {
      const std::string slug = "r" + std::to_string(round) + "-" + std::to_string(i);
      const auto resource = Create(*repository, slug, slug);
      if (!resource) _exit(2);
      if (!Save(*repository, slug, "q", slug)) _exit(2);
      if (!SignIn(*repository, resource->id, slug, "login " + slug)) _exit(2);
      if (!SignIn(*repository, resource->id, slug, slug)) _exit(2);
      if (write(acknowledgements, "+", 1) != 1) _exit(3);
      if (i % 7 == 3 && !repository->RotateKeys(test::Audit("keys.rotate"), [] {})) _exit(4);
    }
  }
  /// Kills the child after `wanted` acknowledgements and some microseconds; how many there were.
  static int KillAfter(pid_t child, int acknowledgements, int wanted, int microseconds) {
    int seen = 0;
    char byte = 0;
    while (seen < wanted && read(acknowledgements, &byte, 1) == 1) ++seen;
    usleep(static_cast<useconds_t>(microseconds));
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    while (read(acknowledgements, &byte, 1) == 1) ++seen;
    return seen;
  }
};

TEST_F(Crash, EveryAcknowledgedWriteSurvivesAKill) {
  std::mt19937 random(20260101);  // NOLINT(cert-msc51-cpp): the same kills every time
  std::vector<int> acknowledged;
  for (int round = 0; round < kRounds; ++round) {
    int channel[2];
    ASSERT_EQ(pipe(channel), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) WriteForEver(round, channel[1]);
    close(channel[1]);
    acknowledged.push_back(KillAfter(child, channel[0], static_cast<int>(random() % 12),
                                     static_cast<int>(random() % 3000)));
    close(channel[0]);
    auto repository = Open();
    auto tokens = AccessTokens(*repository);
    for (int written = 0; written <= round; ++written) {
      for (int i = 0; i < acknowledged[static_cast<std::size_t>(written)]; ++i) {
        const std::string slug = "r" + std::to_string(written) + "-" + std::to_string(i);
        ASSERT_EQ(PasswordOf(*repository, slug), slug);
        ASSERT_EQ(KeyOfQuery(*repository, slug, "q"), slug);
        ASSERT_EQ(tokens[slug], slug);
      }
    }
  }
}

}  // namespace
}  // namespace sallyport::store
