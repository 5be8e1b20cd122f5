#include "sallyport/observe/log.h"

#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <thread>

#include <gtest/gtest.h>

#include "observe/line_batch.h"
#include "support/fake_clock.h"
#include "support/temp_dir.h"

namespace sallyport::observe {
namespace {

class LogTest : public ::testing::Test {
 protected:
  LogTest()
      : descriptor_(open((dir_ / "log").c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600)) {
  }
  ~LogTest() override { close(descriptor_); }

  std::vector<std::string> Lines() {
    std::ifstream file(dir_ / "log");
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
  }

  test::TempDir dir_;
  test::FakeClock clock_;
  int descriptor_;
};

TEST_F(LogTest, WritesEventsInOrderAndFlushWaitsForThem) {
  Log log({}, clock_, descriptor_);
  for (int i = 0; i < 1000; ++i) log.Info(std::to_string(i));
  log.Flush();
  const std::vector<std::string> lines = Lines();
  ASSERT_EQ(lines.size(), 1000U);
  EXPECT_EQ(Json::parse(lines[0])["ts"], "2026-01-01T00:00:00.000Z");
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(Json::parse(lines[i])["msg"], std::to_string(i));
}

TEST_F(LogTest, JudgesLevelsInclusively) {
  Log log({Level::kWarn, Format::kJson, true}, clock_, descriptor_);
  log.Info("no");
  log.Warn("yes");
  log.Failure("yes");
  log.Access({});  // level info
  log.Flush();
  EXPECT_EQ(Lines().size(), 2U);
  EXPECT_FALSE(log.Enabled(Level::kInfo));
  EXPECT_TRUE(log.Enabled(Level::kWarn));
}

TEST_F(LogTest, NewOptionsHoldAtOnce) {
  Log log({}, clock_, descriptor_);
  log.SetOptions({Level::kDebug, Format::kText, false});
  log.Write(Level::kDebug, "now seen", "", Json::object());
  log.Access({});
  log.Flush();
  ASSERT_EQ(Lines().size(), 1U);
  EXPECT_EQ(Lines()[0], "2026-01-01T00:00:00.000Z DEBUG now seen");
}

TEST_F(LogTest, AccessLinesOfManyThreadsStayWhole) {
  {
    Log log({}, clock_, descriptor_);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        AccessRecord record;
        record.method = "GET";
        for (int i = 0; i < 2000; ++i) log.Access(record);
      });
    }
    for (std::thread& thread : threads) thread.join();
  }  // the end writes all
  const std::vector<std::string> lines = Lines();
  ASSERT_EQ(lines.size(), 8000U);
  for (const std::string& line : lines) EXPECT_TRUE(Json::accept(line)) << line;
}

TEST_F(LogTest, AccessLinesArriveWithoutAFlush) {
  Log log({}, clock_, descriptor_);
  log.Access({});
  while (Lines().empty()) std::this_thread::yield();
  SUCCEED();
}

TEST(LineBatch, DropsAndCountsWhenNobodyTakesTheLines) {
  std::mutex gate;
  std::unique_lock held(gate);
  std::size_t received = 0;
  const std::string line(LineBatch::kEager, 'x');
  std::uint64_t dropped = 0;
  {
    LineBatch batch([&](std::string_view lines) {
      const std::lock_guard wait(gate);
      received += lines.size();
    });
    for (std::size_t i = 0; i < 64; ++i) batch.Add(line);
    dropped = batch.dropped();
    held.unlock();
  }
  EXPECT_GE(dropped, 64U - 2 * (LineBatch::kMost / LineBatch::kEager));
  EXPECT_EQ(received, (64 - dropped) * (line.size() + 1));
}

}  // namespace
}  // namespace sallyport::observe
