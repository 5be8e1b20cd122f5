#include "sallyport/base/block_pool.h"

#include <vector>

#include <gtest/gtest.h>

namespace sallyport {
namespace {

TEST(BlockPool, HandsOutAgainWhatCameBack) {
  BlockPool pool(100, 2);
  const char* first = nullptr;
  {
    const Block block = pool.Take();
    EXPECT_EQ(block.span().size(), 100U);
    first = block.span().data();
    EXPECT_NE(pool.Take().span().data(), first);
  }
  EXPECT_EQ(pool.Take().span().data(), first);
}

TEST(BlockPool, CountsWhatIsInUse) {
  BlockPool pool(100, 2);
  {
    std::vector<Block> blocks;
    for (std::size_t i = 1; i <= 5; ++i) {
      blocks.push_back(pool.Take());
      EXPECT_EQ(pool.in_use(), i);
    }
    blocks.erase(blocks.begin());
    EXPECT_EQ(pool.in_use(), 4U);
  }
  EXPECT_EQ(pool.in_use(), 0U);
}

TEST(Block, IsNoneUntilItIsTakenAndAfterItWasMovedAway) {
  BlockPool pool(100, 2);
  Block block;
  EXPECT_FALSE(block);
  EXPECT_TRUE(block.span().empty());
  block = pool.Take();
  EXPECT_TRUE(block);
  const Block other = std::move(block);
  EXPECT_TRUE(other);
  EXPECT_FALSE(block);  // NOLINT(bugprone-use-after-move): what a move leaves is promised
  EXPECT_TRUE(block.span().empty());
  EXPECT_EQ(pool.in_use(), 1U);
}

TEST(Block, OfNoPoolHasTheSizeThatWasAskedFor) {
  const Block block(7);
  EXPECT_EQ(block.span().size(), 7U);
}

}  // namespace
}  // namespace sallyport
