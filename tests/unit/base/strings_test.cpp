#include "sallyport/base/strings.h"

#include <string>

#include <gtest/gtest.h>

namespace sallyport {
namespace {

TEST(ParseUnsigned, TakesDigitsOnlyAndKnowsTheLimit) {
  EXPECT_EQ(ParseUnsigned("0"), 0U);
  EXPECT_EQ(ParseUnsigned("007"), 7U);
  EXPECT_EQ(ParseUnsigned("18446744073709551615"), 18446744073709551615U);
  for (const char* text :
       {"", "-1", "+1", " 1", "1 ", "1a", "0x1", "18446744073709551616", "99999999999999999999"}) {
    EXPECT_FALSE(ParseUnsigned(text)) << text;
  }
}

TEST(Trim, StripsBothEndsAndNothingInside) {
  EXPECT_EQ(Trim(" \t\r\n a b \n"), "a b");
  EXPECT_EQ(TrimOws("\t a \r"), "a \r");
  EXPECT_EQ(Trim("   "), "");
}

TEST(Split, KeepsEmptyParts) {
  EXPECT_EQ(Split("a,,b,", ',').size(), 4U);
  EXPECT_EQ(Split("", ',').size(), 1U);
}

TEST(IgnoringCase, IsAsciiOnly) {
  EXPECT_TRUE(EqualsIgnoreCase("Content-TYPE", "content-type"));
  EXPECT_FALSE(EqualsIgnoreCase("a", "ab"));
  EXPECT_FALSE(EqualsIgnoreCase("[", "{"));
  EXPECT_TRUE(StartsWithIgnoreCase("X-Forwarded-For", "x-forwarded-"));
  EXPECT_FALSE(StartsWithIgnoreCase("X-", "X-F"));
}

TEST(IsUtf8, RefusesOverlongFormsSurrogatesAndCutSequences) {
  EXPECT_TRUE(IsUtf8("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"));
  EXPECT_TRUE(IsUtf8("\xF4\x8F\xBF\xBF"));
  for (const char* text :
       {"\xC0\x80", "\xE0\x80\x80", "\xF0\x80\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\x80",
        "\xC3", "\xE2\x82", "\xF8\x88\x80\x80\x80", "\xFF"}) {
    EXPECT_FALSE(IsUtf8(text));
  }
}

TEST(FoldCase, FoldsBeyondAsciiAndKeepsBadBytes) {
  EXPECT_EQ(FoldCase("ABC-\xC3\x84\xCE\xA9"), "abc-\xC3\xA4\xCF\x89");
  EXPECT_EQ(FoldCase("A\xFF"), "a\xFF");
}

TEST(Nearest, SuggestsTyposAndNothingFarOff) {
  EXPECT_EQ(Nearest("lisen", {"log", "listen", "limits"}), "listen");
  EXPECT_EQ(Nearest("zzzzzz", {"log", "listen"}), "");
  EXPECT_EQ(Nearest("x", {}), "");
  EXPECT_EQ(Nearest("", {"s", "q"}), "");
}

TEST(Closest, NamesTheNearestHoweverFar) {
  EXPECT_EQ(Closest("lisen", {"log", "listen"}), "listen");
  EXPECT_EQ(Closest("zzzzzz", {"listening", "log"}), "log");
  EXPECT_EQ(Closest("x", {}), "");
}

}  // namespace
}  // namespace sallyport
