#include "pipeline/relay_buffer.h"

#include <list>

#include <gtest/gtest.h>

#include "support/fake_clock.h"

namespace sallyport::pipeline {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kSmall = BodyBlocks::kBytes;
constexpr std::size_t kLarge = BodyBlocks::kLargeBytes;

class RelayBufferTest : public ::testing::Test {
 protected:
  /// Full pieces of one window, which takes `time` from the first to the last.
  void PassWindow(RelayBuffer& buffer, std::chrono::milliseconds time) {
    const std::size_t pieces = RelayBuffer::kWindowBytes / buffer.span().size();
    for (std::size_t i = 1; i <= pieces; ++i) {
      if (i == pieces) clock_.Advance(time);
      buffer.Passed(buffer.span().size());
    }
  }

  test::FakeClock clock_;
  BodyBlocks blocks_;
};

TEST_F(RelayBufferTest, IsLargeWhileAStreamFillsItAtSpeed) {
  RelayBuffer buffer(blocks_, clock_);
  EXPECT_TRUE(buffer.span().empty());
  buffer.Take();
  EXPECT_EQ(buffer.span().size(), kSmall);
  PassWindow(buffer, 9ms);
  EXPECT_EQ(buffer.span().size(), kSmall);
  PassWindow(buffer, 8ms);
  EXPECT_EQ(buffer.span().size(), kLarge);
  PassWindow(buffer, 8ms);
  EXPECT_EQ(buffer.span().size(), kLarge);
  PassWindow(buffer, 9ms);
  EXPECT_EQ(buffer.span().size(), kSmall);
}

TEST_F(RelayBufferTest, StaysSmallWhereThereIsRoomToSpare) {
  RelayBuffer buffer(blocks_, clock_);
  buffer.Take();
  for (int i = 0; i < 100; ++i) {
    for (int j = 0; j < 7; ++j) buffer.Passed(kSmall);
    buffer.Passed(kSmall - 1);
  }
  EXPECT_EQ(buffer.span().size(), kSmall);
}

TEST_F(RelayBufferTest, StaysSmallWhileAllLargeOnesAreInUse) {
  std::list<RelayBuffer> others;
  for (std::size_t i = 0; i < BodyBlocks::kMostLarge; ++i) {
    others.emplace_back(blocks_, clock_).Take();
    PassWindow(others.back(), 0ms);
    ASSERT_EQ(others.back().span().size(), kLarge);
  }
  RelayBuffer late(blocks_, clock_);
  late.Take();
  PassWindow(late, 0ms);
  EXPECT_EQ(late.span().size(), kSmall);
  others.pop_front();
  PassWindow(late, 0ms);
  EXPECT_EQ(late.span().size(), kLarge);
}

}  // namespace
}  // namespace sallyport::pipeline
