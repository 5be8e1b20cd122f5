#include "pipeline/relay_buffer.h"

#include <list>

#include <gtest/gtest.h>

namespace sallyport::pipeline {
namespace {

constexpr std::size_t kSmall = BufferPool::kBytes;
constexpr std::size_t kLarge = BufferPool::kLargeBytes;

void PassFull(RelayBuffer& buffer, int pieces) {
  for (int i = 0; i < pieces; ++i) buffer.Passed(buffer.span().size());
}

TEST(RelayBuffer, IsLargeAfterFourFullPiecesInARow) {
  BufferPool pool;
  RelayBuffer buffer(pool);
  EXPECT_TRUE(buffer.span().empty());
  buffer.Take();
  PassFull(buffer, 3);
  EXPECT_EQ(buffer.span().size(), kSmall);
  buffer.Passed(kSmall - 1);
  PassFull(buffer, 3);
  EXPECT_EQ(buffer.span().size(), kSmall);
  PassFull(buffer, 1);
  EXPECT_EQ(buffer.span().size(), kLarge);
  PassFull(buffer, 10);
  EXPECT_EQ(buffer.span().size(), kLarge);
}

TEST(RelayBuffer, StaysSmallWhileAllLargeOnesAreInUse) {
  BufferPool pool;
  std::list<RelayBuffer> others;
  for (std::size_t i = 0; i < BufferPool::kMostLarge; ++i) {
    others.emplace_back(pool).Take();
    PassFull(others.back(), 4);
    ASSERT_EQ(others.back().span().size(), kLarge);
  }
  RelayBuffer late(pool);
  late.Take();
  PassFull(late, 4);
  EXPECT_EQ(late.span().size(), kSmall);
  others.pop_front();
  PassFull(late, 4);
  EXPECT_EQ(late.span().size(), kLarge);
}

}  // namespace
}  // namespace sallyport::pipeline
