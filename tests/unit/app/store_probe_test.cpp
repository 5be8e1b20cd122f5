#include "app/store_probe.h"

#include <gtest/gtest.h>
#include <boost/asio/io_context.hpp>

#include "support/fake_clock.h"
#include "support/fake_repository.h"
#include "support/run_task.h"
#include "support/store_samples.h"

namespace sallyport::app {
namespace {

class StoreProbeTest : public ::testing::Test {
 protected:
  StoreProbeTest() {
    auto owned = std::make_unique<test::FakeRepository>(clock_);
    repository_ = owned.get();
    const auto prepare = [](const auto&) { return std::make_shared<const store::Prepared>(); };
    store_ = std::make_unique<store::Store>(std::move(owned), prepare, prepare, clock_);
    probe_ = std::make_unique<StoreProbe>(*store_, clock_);
  }

  std::string Ask() { return test::RunTask(context_, probe_->Check()); }
  bool Write(const std::string& id) {
    const store::Session session =
        test::SampleSession(id, "alice", clock_.Now() + std::chrono::hours(1));
    return test::RunTask(context_, store_->CreateSession(session, test::Audit("c"))).has_value();
  }

  test::FakeClock clock_;
  test::FakeRepository* repository_ = nullptr;  ///< owned by the store; used between calls only
  boost::asio::io_context context_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<StoreProbe> probe_;
};

TEST_F(StoreProbeTest, AWriteThatFailsIsToldAtOnce) {
  EXPECT_EQ(Ask(), "");
  repository_->disk_full = true;
  EXPECT_EQ(Ask(), "") << "asked a moment ago, and nothing has happened since";
  EXPECT_FALSE(Write("a"));
  EXPECT_NE(Ask(), "");
  EXPECT_NE(probe_->last(), "");
}

TEST_F(StoreProbeTest, TheFailureOfAWriteStandsThoughSmallerOnesWouldGoOn) {
  repository_->disk_full = true;
  EXPECT_FALSE(Write("a"));
  repository_->disk_full = false;  // a write that is small enough
  EXPECT_NE(Ask(), "");
}

TEST_F(StoreProbeTest, RecoversByItself) {
  repository_->disk_full = true;
  EXPECT_FALSE(Write("a"));
  EXPECT_NE(Ask(), "");
  repository_->disk_full = false;
  EXPECT_NE(Ask(), "") << "a flood of questions is no flood of writes";
  clock_.Advance(StoreProbe::kFresh);
  EXPECT_EQ(Ask(), "");
  EXPECT_TRUE(Write("a"));
  EXPECT_EQ(Ask(), "");
}

}  // namespace
}  // namespace sallyport::app
