#include <sys/stat.h>

#include "unit/store/sqlite_fixture.h"

namespace sallyport::store {
namespace {

class Backup : public SqliteTest {};

TEST_F(Backup, OfARunningGatewayIsOnePlainFileThatOpens) {
  auto repository = Open();
  ASSERT_TRUE(Create(*repository, "github"));
  const std::string copy = directory_ / "copy.db";
  auto done = BackupDatabase(path_, copy);
  ASSERT_TRUE(done) << done.error().message() << done.error().detail();
  ASSERT_TRUE(Create(*repository, "later"));
  struct stat status {};
  ASSERT_EQ(stat(copy.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  for (const auto& [name, bytes] : Files()) {
    EXPECT_TRUE(name == "copy.db" || !name.starts_with("copy.db")) << name;
  }
  EXPECT_EQ(BytesOf(copy).substr(18, 2), "\x01\x01") << "no WAL is needed to read it";
  auto restored = OpenSqliteRepository({copy, test::MasterKeys({"k1"})}, clock_);
  ASSERT_TRUE(restored);
  EXPECT_EQ(PasswordOf(**restored, "github"), "p4ss");
  EXPECT_FALSE((*restored)->GetResource("later", WithSecrets::kNo));
}

TEST_F(Backup, OfAStoppedGatewayWorksToo) {
  ASSERT_TRUE(Create(*Open(), "github"));
  const std::string copy = directory_ / "copy.db";
  ASSERT_TRUE(BackupDatabase(path_, copy));
  auto restored = OpenSqliteRepository({copy, test::MasterKeys({"k1"})}, clock_);
  ASSERT_TRUE(restored);
  EXPECT_EQ(PasswordOf(**restored, "github"), "p4ss");
  EXPECT_EQ(PasswordOf(*Open(), "github"), "p4ss") << "the source opens as before";
}

TEST_F(Backup, RefusesWithOneLineAndLeavesNothingBehind) {
  auto repository = Open();
  const std::string taken = directory_ / "taken";
  Overwrite(taken, "mine");
  auto exists = BackupDatabase(path_, taken);
  ASSERT_FALSE(exists);
  EXPECT_NE(exists.error().message().find("exists already"), std::string::npos);
  EXPECT_EQ(BytesOf(taken), "mine");
  auto missing = BackupDatabase(directory_ / "none.db", directory_ / "copy.db");
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().message().find("there is no database"), std::string::npos);
  auto nowhere = BackupDatabase(path_, directory_ / "no/such/copy.db");
  ASSERT_FALSE(nowhere);
  EXPECT_NE(nowhere.error().message().find("No such file"), std::string::npos);
  Sql("CREATE TABLE t (x)", directory_ / "other.db");
  EXPECT_FALSE(BackupDatabase(directory_ / "other.db", directory_ / "copy.db"));
  for (const auto& [name, bytes] : Files()) EXPECT_FALSE(name.starts_with("copy.db")) << name;
}

}  // namespace
}  // namespace sallyport::store
