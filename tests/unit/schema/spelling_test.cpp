#include "sallyport/schema/spelling.h"

#include <cmath>
#include <limits>
#include <string>

#include <gtest/gtest.h>

namespace sallyport::schema {
namespace {

TEST(Spelling, ANumberThatJsonWritesTheSameIsAPlainNumber) {
  for (const char* digits :
       {"0", "-1", "1.5", "9223372036854775807", "-9223372036854775808", "18446744073709551615"}) {
    const Json number = SpelledNumber(digits);
    EXPECT_TRUE(number.is_number()) << digits;
    EXPECT_FALSE(IsSpelledNumber(number)) << digits;
    EXPECT_EQ(DumpSpelled(number), digits);
  }
}

TEST(Spelling, ANumberThatJsonWritesOtherwiseKeepsItsDigits) {
  for (const char* digits :
       {"1.10", "1.0e2", "1E5", "-0.0e0", "100000000000000000000", "18446744073709551616",
        "-9223372036854775809", "0.1000000000000000055511151231257827", "1E400", "-1e400"}) {
    const Json number = SpelledNumber(digits);
    EXPECT_TRUE(IsSpelledNumber(number)) << digits;
    EXPECT_FALSE(number.is_structured()) << "merged and copied as a scalar: " << digits;
    EXPECT_EQ(DumpSpelled(number), digits);
  }
}

TEST(Spelling, SpelledNumbersAreEqualWhenTheirDigitsAre) {
  EXPECT_EQ(SpelledNumber("1.10"), SpelledNumber("1.10"));
  EXPECT_NE(SpelledNumber("1.10"), SpelledNumber("1.100"));
  EXPECT_NE(SpelledNumber("1.10"), Json(1.1));
}

TEST(Spelling, NothingThatAJsonTextHoldsIsMistakenForOne) {
  const Json tree = Json::parse(R"([null,true,1,-2,1.5,"1.10","",[],{},{"subtype":1}])");
  for (const Json& value : tree) EXPECT_FALSE(IsSpelledNumber(value)) << value;
}

TEST(Spelling, WithoutSpellingItIsTheNearestNumber) {
  EXPECT_EQ(WithoutSpelling(SpelledNumber("1.10")), Json(1.1));
  EXPECT_EQ(WithoutSpelling(SpelledNumber("1E5")), Json(100000.0));
  EXPECT_EQ(WithoutSpelling(SpelledNumber("18446744073709551616")), Json(18446744073709551616.0));
  EXPECT_EQ(WithoutSpelling(Json("1.10")), Json("1.10"));
  EXPECT_EQ(WithoutSpelling(Json(7)), Json(7));
  const Json tree = Json::parse(R"({"a":[1]})");
  EXPECT_EQ(WithoutSpelling(tree), tree);
  EXPECT_TRUE(std::isinf(WithoutSpelling(SpelledNumber("1E400")).get<double>()));
}

TEST(Spelling, OutOfRangeKeepsTheSign) {
  const double largest = WithoutSpelling(SpelledNumber("1E400")).get<double>();
  const double least = WithoutSpelling(SpelledNumber("-1E400")).get<double>();
  EXPECT_EQ(largest, std::numeric_limits<double>::infinity());
  EXPECT_EQ(least, -std::numeric_limits<double>::infinity());
}

TEST(Spelling, ATreeIsWrittenInOrderWithItsNumbersAsSpelled) {
  Json tree = Json::parse(R"({"z":1,"é\"\n":["x",null,true,{}],"a":{"n":[]}})");
  tree["z"] = SpelledNumber("1.10");
  tree["a"]["n"].push_back(SpelledNumber("123456789012345678901234567890"));
  tree["a"]["n"].push_back(2);
  EXPECT_EQ(
      DumpSpelled(tree),
      R"({"z":1.10,"é\"\n":["x",null,true,{}],"a":{"n":[123456789012345678901234567890,2]}})");
}

TEST(Spelling, ATreeWithoutSpelledNumbersIsWrittenAsDumpJsonDoes) {
  for (const char* text : {"[]", "{}", "null", R"({"a":{"b":[1,{"c":"\u0000"}]},"d":-0.5})"}) {
    const Json tree = Json::parse(text);
    EXPECT_EQ(DumpSpelled(tree), DumpJson(tree));
  }
  EXPECT_EQ(DumpSpelled(Json("bad \xFF byte")), DumpJson(Json("bad \xFF byte")));
}

}  // namespace
}  // namespace sallyport::schema
