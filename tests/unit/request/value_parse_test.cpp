#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sallyport/request/value.h"

namespace sallyport::request {
namespace {

std::string ObjectOf(std::size_t members, std::size_t place, const std::string& repeated) {
  std::string json = "{";
  for (std::size_t i = 0; i < members; ++i) {
    const std::string name = i == place ? repeated : "m" + std::to_string(i);
    json += (i == 0 ? "\"" : ",\"") + name + "\":" + std::to_string(i);
  }
  return json + "}";
}

TEST(ValueParse, RefusesAMemberThatStandsTwiceInSmallAndLargeObjects) {
  for (const std::size_t members : {2U, 8U, 9U, 10U, 11U, 40U}) {
    EXPECT_TRUE(Value::Parse(ObjectOf(members, 0, "first"), 64));
    for (std::size_t place = 1; place < members; ++place) {
      const auto parsed = Value::Parse(ObjectOf(members, place, "m0"), 64);
      ASSERT_FALSE(parsed) << members << " " << place;
      EXPECT_THAT(parsed.error().message(), ::testing::HasSubstr("\"m0\" stands twice"));
    }
  }
}

TEST(ValueParse, KeepsEveryByteOfAString) {
  const std::string text = "plain text of some length \xC3\xA9 \"quoted\" back\\slash\n\t\x01 end";
  const Value value = Value::String(text);
  const auto parsed = Value::Parse(value.ToJson(), 64);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->ToJson(), value.ToJson());
  EXPECT_EQ(value.ToJson(),
            "\"plain text of some length \xC3\xA9 \\\"quoted\\\" back\\\\slash\\n\\t\\u0001 end\"");
}

}  // namespace
}  // namespace sallyport::request
