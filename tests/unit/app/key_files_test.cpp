#include "app/key_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "support/temp_dir.h"

namespace sallyport::app {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class KeyFilesTest : public ::testing::Test {
 protected:
  std::string Write(const std::string& text, mode_t mode = 0600) {
    const std::string path = dir_ / "key";
    std::ofstream(path, std::ios::trunc) << text;
    chmod(path.c_str(), mode);
    return path;
  }
  std::string WhyNot(const std::string& path) {
    const Result<Secret> key = ReadKeyFile(path);
    return key ? "" : key.error().message();
  }
  std::string WhyNoAdminKey(const std::string& text) {
    config::Options options;
    options.admin_key_file = Write(text);
    const Result<Secret> key = ReadAdminKey(options);
    return key ? "" : key.error().message();
  }
  test::TempDir dir_;
};

TEST_F(KeyFilesTest, BlanksAroundTheKeyAreDropped) {
  const Result<Secret> key = ReadKeyFile(Write(" \tabc\r\n\n"));
  ASSERT_TRUE(key.has_value());
  key->Reveal([](std::string_view text) { EXPECT_EQ(text, "abc"); });
}

TEST_F(KeyFilesTest, EveryBitForOthersIsRefused) {
  for (const mode_t good : {0600U, 0400U, 0700U}) EXPECT_EQ(WhyNot(Write("k", good)), "");
  for (const mode_t bad : {0601U, 0602U, 0604U, 0610U, 0620U, 0640U, 0644U, 0666U}) {
    EXPECT_THAT(WhyNot(Write("k", bad)), HasSubstr("can be read by others")) << std::oct << bad;
  }
}

TEST_F(KeyFilesTest, OtherThingsThanSmallFilesAreRefused) {
  EXPECT_THAT(WhyNot(dir_ / "absent"), HasSubstr("cannot be read: No such file"));
  EXPECT_THAT(WhyNot(dir_.path()), HasSubstr("is no regular file"));
  EXPECT_THAT(WhyNot("/dev/null"), HasSubstr("is no regular file"));
  EXPECT_THAT(WhyNot(Write("")), HasSubstr("is empty"));
  EXPECT_THAT(WhyNot(Write("\n \n")), HasSubstr("is empty"));
  EXPECT_EQ(WhyNot(Write(std::string(4096, 'k'))), "");
  EXPECT_THAT(WhyNot(Write(std::string(4097, 'k'))), HasSubstr("too large"));
}

TEST_F(KeyFilesTest, AdminKeysAreSixteenPrintableCharacters) {
  EXPECT_EQ(WhyNoAdminKey("0123456789abcdef\n"), "");
  EXPECT_THAT(WhyNoAdminKey("0123456789abcde"), HasSubstr("at least 16"));
  EXPECT_THAT(WhyNoAdminKey("0123456789 abcdef"), HasSubstr("no blanks"));
  EXPECT_THAT(WhyNoAdminKey("0123456789abcdef\x7f"), HasSubstr("printable"));
  EXPECT_THAT(WhyNoAdminKey("0123456789abcdé"), HasSubstr("printable"));
}

TEST_F(KeyFilesTest, MessagesNeverHoldTheKey) {
  EXPECT_THAT(WhyNoAdminKey("secret word"), Not(HasSubstr("secret")));
  config::Options options;
  options.master_keys = {{"k1", Write("c2VjcmV0")}};
  const auto keys = ReadMasterKeys(options);
  ASSERT_FALSE(keys.has_value());
  EXPECT_THAT(keys.error().message(), HasSubstr("master key k1: "));
  EXPECT_THAT(keys.error().message(), Not(HasSubstr("c2VjcmV0")));
}

TEST_F(KeyFilesTest, MissingDevKeysAreMadeAndKept) {
  config::Options options;
  options.master_keys = {{"k1", dir_ / "master.key"}};
  options.admin_key_file = dir_ / "admin.key";
  ASSERT_TRUE(MakeMissingKeyFiles(options).has_value());
  const auto first = ReadAdminKey(options);
  ASSERT_TRUE(first.has_value());
  ASSERT_TRUE(ReadMasterKeys(options).has_value());
  ASSERT_TRUE(MakeMissingKeyFiles(options).has_value());
  const auto second = ReadAdminKey(options);
  first->Reveal([&](std::string_view a) {
    EXPECT_EQ(a.substr(0, 4), "spk_");
    second->Reveal([&](std::string_view b) { EXPECT_EQ(a, b); });
  });
}

}  // namespace
}  // namespace sallyport::app
