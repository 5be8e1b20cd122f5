// Both readers of JSON beside JSONTestSuite: y_ must be read, n_ must not, i_ is each reader's own
// choice. docs/parsers.md says why ours choose as they do.
#include <gtest/gtest.h>

#include "sallyport/base/json.h"
#include "sallyport/base/json_scan.h"
#include "support/corpus.h"

namespace sallyport {
namespace {

using nlohmann::json;

constexpr std::size_t kDepth = 64;  // limits.json_depth

TEST(JsonCorpus, JudgesEveryTextAsTabulated) {
  int cases = 0;
  for (const json& item : test::LoadCorpus("json/parsing.json")) {
    ++cases;
    const auto name = item.at("name").get<std::string>();
    const std::string bytes = test::BytesOf(item.at("bytes"));
    const bool parsed = ParseJson(bytes, kDepth).has_value();
    const bool scanned = !ScanJson(bytes, kDepth);
    EXPECT_EQ(parsed, item.at("parsed").get<bool>()) << name;
    EXPECT_EQ(scanned, item.at("scanned").get<bool>()) << name;

    const bool as_listed = name.front() == 'y' ? parsed && scanned : !parsed && !scanned;
    const bool own_choice = name.front() == 'i';
    EXPECT_EQ(item.contains("why"), own_choice || !as_listed) << name;
  }
  EXPECT_EQ(cases, 318);
}

/// Whatever the API's reader takes, the scanner takes: nothing that was stored can fail to be sent.
TEST(JsonCorpus, ParsesNothingThatTheScannerRefuses) {
  for (const json& item : test::LoadCorpus("json/parsing.json")) {
    EXPECT_TRUE(!item.at("parsed").get<bool>() || item.at("scanned").get<bool>()) << item["name"];
  }
}

TEST(JsonCorpus, ExplainsEveryChoice) {
  test::ExpectExplained(test::LoadCorpus("json/parsing.json"), "JSON: JSONTestSuite");
}

}  // namespace
}  // namespace sallyport
