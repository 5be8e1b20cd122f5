#include "net/server/unsent_limit.h"

#include <gtest/gtest.h>

namespace sallyport::net {
namespace {

using std::chrono::milliseconds;

TEST(UnsentLimit, TrustsWhoReadsQuicklyUntilTheyStall) {
  UnsentLimit limit;
  EXPECT_EQ(limit.Note(UnsentLimit::kProof - 1, milliseconds(1000)), std::nullopt);
  EXPECT_EQ(limit.Note(1, milliseconds(0)), UnsentLimit::kTrusting);
  EXPECT_EQ(limit.Note(1, milliseconds(0)), std::nullopt) << "it has changed already";
  EXPECT_EQ(limit.Note(UnsentLimit::kProof, milliseconds(1001)), UnsentLimit::kCautious);
  EXPECT_EQ(limit.Note(UnsentLimit::kProof - 1, milliseconds(0)), std::nullopt);
  EXPECT_EQ(limit.Note(1, milliseconds(0)), UnsentLimit::kTrusting);
}

TEST(UnsentLimit, NeverTrustsWhoDrips) {
  UnsentLimit limit;
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(limit.Note(UnsentLimit::kProof, milliseconds(1500)), std::nullopt);
  }
}

}  // namespace
}  // namespace sallyport::net
