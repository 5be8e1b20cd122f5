#include "app/process_limits.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace sallyport::app {
namespace {

TEST(MostConnections, KeepsAQuarterOfTheFilesForTargets) {
  struct Row {
    std::uint64_t wanted, files, most;
  };
  for (const Row& row : {Row{10000, 65536, 10000}, Row{10000, RLIM_INFINITY, 10000},
                         Row{10000, 13396, 9999}, Row{10000, 13398, 10000}, Row{10000, 1024, 720},
                         Row{100, 1024, 100}, Row{10000, 64, 1}, Row{10000, 0, 1}}) {
    EXPECT_EQ(MostConnections(row.wanted, row.files), row.most)
        << row.wanted << " of " << row.files;
  }
}

}  // namespace
}  // namespace sallyport::app
