#include "store/cursor.h"

#include <limits>

#include <gtest/gtest.h>

#include "sallyport/base/encoding.h"

namespace sallyport::store {
namespace {

TEST(Cursor, GivesBackTheKeyOfItsOwnList) {
  for (const char* key : {"a", "z-9_x", "with:colon", "é"}) {
    auto read = ReadTextCursor("resources", MakeCursor("resources", key));
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, key);
  }
  for (const std::int64_t key : {std::int64_t{1}, std::numeric_limits<std::int64_t>::max()}) {
    auto read = ReadNumberCursor("audit", MakeCursor("audit", key), 0);
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, key);
  }
}

TEST(Cursor, AnEmptyOneIsTheStart) {
  EXPECT_EQ(*ReadTextCursor("resources", ""), "");
  EXPECT_EQ(*ReadNumberCursor("audit", "", 77), 77);
}

TEST(Cursor, WhatIsNotOfThisListIsAViolationOfCursor) {
  const std::string cursors[] = {
      MakeCursor("audit", "a"),        "*",
      Base64UrlEncode("1:resources:"), Base64UrlEncode("2:resources:a"),
      Base64UrlEncode("resources:a"),  Base64UrlEncode("1:resources:\xff")};
  for (const std::string& cursor : cursors) {
    auto read = ReadTextCursor("resources", cursor);
    ASSERT_FALSE(read) << cursor;
    EXPECT_EQ(read.error().kind(), ErrorKind::kValidationFailed);
    ASSERT_EQ(read.error().violations().size(), 1U);
    EXPECT_EQ(read.error().violations()[0].pointer, "/cursor");
  }
}

TEST(Cursor, ANumberCursorHoldsDigitsInRange) {
  for (const char* key : {"", "x", "-1", "1.5", "9223372036854775808"}) {
    EXPECT_FALSE(ReadNumberCursor("audit", MakeCursor("audit", key), 0)) << key;
  }
}

}  // namespace
}  // namespace sallyport::store
