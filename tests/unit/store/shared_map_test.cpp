#include "sallyport/store/shared_map.h"

#include <map>
#include <random>

#include <gtest/gtest.h>

namespace sallyport::store {
namespace {

using Map = SharedMap<int>;

std::map<std::string, int> Contents(const Map& map) {
  std::map<std::string, int> contents;
  map.ForEach([&](const std::string& key, const Map::Pointer& value) { contents[key] = *value; });
  return contents;
}

TEST(SharedMap, FindsWhatWasPutUntilItIsErased) {
  Map map;
  EXPECT_EQ(map.Find("a"), nullptr);
  map.Put("a", std::make_shared<const int>(1));
  map.Put("a", std::make_shared<const int>(2));
  EXPECT_EQ(*map.Find("a"), 2);
  EXPECT_EQ(map.size(), 1U);
  map.Erase("b");
  map.Erase("a");
  map.Erase("a");
  EXPECT_EQ(map.Find("a"), nullptr);
  EXPECT_EQ(map.size(), 0U);
}

TEST(SharedMap, ACopyDoesNotSeeLaterChanges) {
  Map map;
  for (int i = 0; i < 5000; ++i) map.Put(std::to_string(i), std::make_shared<const int>(i));
  const Map copy = map;
  map.Put("7", std::make_shared<const int>(-7));
  map.Erase("8");
  map.Put("new", std::make_shared<const int>(0));
  EXPECT_EQ(*copy.Find("7"), 7);
  EXPECT_EQ(*copy.Find("8"), 8);
  EXPECT_EQ(copy.Find("new"), nullptr);
  EXPECT_EQ(copy.size(), 5000U);
  EXPECT_EQ(map.size(), 5000U);
}

TEST(SharedMap, BehavesLikeAnOrdinaryMapUnderRandomChanges) {
  std::mt19937 random(1);  // NOLINT(cert-msc51-cpp): the same changes every time
  std::map<std::string, int> model;
  Map map;
  for (int i = 0; i < 20000; ++i) {
    const std::string key = std::to_string(random() % 3000);
    if (random() % 3 == 0) {
      model.erase(key);
      map.Erase(key);
    } else {
      model[key] = i;
      map.Put(key, std::make_shared<const int>(i));
    }
    ASSERT_EQ(map.size(), model.size());
  }
  EXPECT_EQ(Contents(map), model);
}

TEST(SharedMap, ABuilderGivesTheSameAsManyPuts) {
  Map::Builder builder;
  Map one_by_one;
  for (int i = 0; i < 5000; ++i) {
    builder.Add(std::to_string(i), std::make_shared<const int>(i));
    one_by_one.Put(std::to_string(i), std::make_shared<const int>(i));
  }
  const Map built = std::move(builder).Build();
  EXPECT_EQ(built.size(), 5000U);
  EXPECT_EQ(Contents(built), Contents(one_by_one));
  EXPECT_EQ(*built.Find("4999"), 4999);
}

}  // namespace
}  // namespace sallyport::store
