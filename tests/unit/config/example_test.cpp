// config/sallyport.example.yaml says every default; this keeps it true.
#include <fstream>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/sources.h"
#include "sallyport/config/options.h"
#include "support/paths.h"

namespace sallyport::config {
namespace {

using ::testing::IsEmpty;

const std::string kExample = test::SourceDirectory() + "/config/sallyport.example.yaml";

TEST(Example, NamesEveryKeyOnce) {
  const Source source = ReadYaml(kExample);
  EXPECT_THAT(source.problems, IsEmpty());
  std::multiset<std::string> named;
  for (const Setting& setting : source.settings) named.insert(setting.key->path);
  for (const std::string& key : AllKeys()) EXPECT_EQ(named.count(key), 1U) << key;
}

TEST(Example, HoldsTheDefaults) {
  FlagOverrides flags;
  flags.config_file = kExample;
  const LoadResult example = Load(flags, {});
  EXPECT_THAT(example.problems, IsEmpty());
  const Options defaults = Load({}, {}).options;
  const Options& options = example.options;
  EXPECT_EQ(options.listen, defaults.listen);
  EXPECT_EQ(options.ops_listen, defaults.ops_listen);
  EXPECT_EQ(options.public_url, defaults.public_url);
  EXPECT_EQ(options.data_dir, defaults.data_dir);
  const std::string directory =
      test::SourceDirectory() + "/config/";  // key files stand beside the file
  ASSERT_EQ(options.master_keys.size(), 1U);
  EXPECT_EQ(options.master_keys[0].id, defaults.master_keys[0].id);
  EXPECT_EQ(options.master_keys[0].file, directory + defaults.master_keys[0].file);
  EXPECT_EQ(options.admin_key_file, directory + defaults.admin_key_file);
  EXPECT_EQ(options.threads, defaults.threads);
  EXPECT_EQ(options.egress.allow_private, defaults.egress.allow_private);
  EXPECT_THAT(options.egress.allow, IsEmpty());
  EXPECT_THAT(options.egress.deny, IsEmpty());
  EXPECT_THAT(options.trusted_proxies, IsEmpty());
  EXPECT_EQ(options.user_header, defaults.user_header);
  EXPECT_EQ(options.confirm_login, defaults.confirm_login);
  EXPECT_EQ(options.cors_origins, defaults.cors_origins);
  EXPECT_EQ(options.limits, defaults.limits);
  EXPECT_EQ(options.timeouts, defaults.timeouts);
  EXPECT_EQ(options.log.level, defaults.log.level);
  EXPECT_EQ(options.log.format, defaults.log.format);
  EXPECT_EQ(options.log.access, defaults.log.access);
}

TEST(Example, HasACommentForEverySetting) {
  std::ifstream file(kExample);
  std::string line;
  bool has_comment = false;
  for (int number = 1; std::getline(file, line); ++number) {
    const std::size_t start = line.find_first_not_of(' ');
    if (start == std::string::npos) {
      has_comment = false;  // a blank line ends what a comment speaks of
    } else if (line[start] == '#') {
      has_comment = true;
    } else if (start == 0 && line.back() != ':') {
      EXPECT_TRUE(has_comment) << kExample << ":" << number;
    }
  }
}

}  // namespace
}  // namespace sallyport::config
