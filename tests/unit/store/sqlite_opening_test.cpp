#include <sys/stat.h>

#include "unit/store/sqlite_fixture.h"

namespace sallyport::store {
namespace {

class SqliteOpening : public SqliteTest {
 protected:
  /// Refused with a one-line message that holds `part`, and no file has changed.
  void ExpectRefusal(const std::string& part, const std::vector<std::string>& master_ids = {"k1"}) {
    const auto before = Files();
    const std::string message = Refusal(master_ids);
    EXPECT_NE(message.find(part), std::string::npos) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
    EXPECT_EQ(Files(), before) << "a refusal must not touch the files";
  }
  static mode_t ModeOf(const std::string& path) {
    struct stat status {};
    return stat(path.c_str(), &status) == 0 ? status.st_mode & 0777 : 0;
  }
  void CreateAndClose() { ASSERT_TRUE(Create(*Open(), "github")); }
  /// Copies the files of an open database: what a kill -9 leaves, WAL included.
  void CrashAfterOneWrite() {
    test::TempDir crashed;
    {
      auto repository = Open();
      ASSERT_TRUE(Create(*repository, "github"));
      for (const char* name : {"sallyport.db", "sallyport.db-wal"}) {
        std::filesystem::copy(directory_ / name, crashed / name);
      }
    }
    for (const char* name : {"sallyport.db", "sallyport.db-wal"}) {
      Overwrite(directory_ / name, BytesOf(crashed / name));
    }
  }
};

TEST_F(SqliteOpening, AnAbsentFileIsCreatedForItsOwnerOnly) {
  const auto repository = Open();
  ASSERT_TRUE(Create(*repository, "github"));
  EXPECT_EQ(ModeOf(path_), 0600U);
  EXPECT_EQ(ModeOf(path_ + "-wal"), 0600U);
  EXPECT_EQ(ModeOf(path_ + "-shm"), 0600U);
}

TEST_F(SqliteOpening, ClosingLeavesOneFileThatOpensAgain) {
  CreateAndClose();
  EXPECT_EQ(Files().size(), 1U);
  EXPECT_EQ(PasswordOf(*Open(), "github"), "p4ss");
}

TEST_F(SqliteOpening, AnUnfinishedFirstStartIsStartedAgain) {
  Overwrite(path_ + ".new", "half");
  Overwrite(path_ + ".new-wal", "half");
  CreateAndClose();
  EXPECT_EQ(Files().size(), 1U);
}

TEST_F(SqliteOpening, WhatOnlyTheWalHoldsIsThereAfterACrash) {
  CrashAfterOneWrite();
  EXPECT_EQ(PasswordOf(*Open(), "github"), "p4ss");
}

TEST_F(SqliteOpening, AZeroLengthFileIsRefused) {
  Overwrite(path_, "");
  ExpectRefusal("is empty (zero bytes)");
}

TEST_F(SqliteOpening, AFileThatIsNoDatabaseIsRefused) {
  Overwrite(path_, "hello");
  ExpectRefusal("damaged or not a SQLite database");
  Overwrite(path_, std::string(8192, 'x'));
  ExpectRefusal("damaged or not a SQLite database");
}

TEST_F(SqliteOpening, ADirectoryInItsPlaceIsRefused) {
  std::filesystem::create_directory(path_);
  const std::string message = Refusal();
  EXPECT_NE(message.find("is not a regular file"), std::string::npos) << message;
}

TEST_F(SqliteOpening, ACutOrOverwrittenFileIsRefused) {
  CreateAndClose();
  const std::string good = BytesOf(path_);
  ASSERT_GT(good.size(), 8192U);
  Overwrite(path_, good.substr(0, good.size() - 4096));
  ExpectRefusal("is damaged");
  for (std::size_t page = 1; page * 4096 < good.size(); ++page) {
    std::string bad = good;
    bad.replace(page * 4096, 4096, std::string(4096, '\x5a'));
    Overwrite(path_, bad);
    ExpectRefusal("is damaged");
  }
}

TEST_F(SqliteOpening, ANewerSchemaIsRefused) {
  CreateAndClose();
  Sql("PRAGMA user_version=99");
  ExpectRefusal("has the schema version 99");
}

TEST_F(SqliteOpening, ANewerSchemaThatOnlyTheWalKnowsIsRefusedToo) {
  CrashAfterOneWrite();
  {
    sqlite3* handle = nullptr;
    ASSERT_EQ(sqlite3_open(path_.c_str(), &handle), SQLITE_OK);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    ASSERT_EQ(sqlite3_exec(handle, "PRAGMA user_version=98", nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(handle);
  }
  ASSERT_GT(std::filesystem::file_size(path_ + "-wal"), 0U);
  ExpectRefusal("has the schema version 98");
}

TEST_F(SqliteOpening, AnotherProgramsDatabaseIsRefused) {
  Sql("CREATE TABLE t (x); PRAGMA user_version=1");
  ExpectRefusal("is not a Sallyport database");
}

TEST_F(SqliteOpening, AWrongMasterKeyIsRefused) {
  CreateAndClose();
  ExpectRefusal("none of the configured master keys", {"k2"});
  ExpectRefusal("\"k1\"", {"k2", "k3"});
  EXPECT_EQ(Refusal({"k2", "k1"}), "");
}

TEST_F(SqliteOpening, AWrongMasterKeyUnderTheRightIdIsRefused) {
  CreateAndClose();
  auto keys = test::MasterKeys({"other"});
  keys[0].id = "k1";
  const auto before = Files();
  auto opened = OpenSqliteRepository({path_, keys}, clock_);
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message().find("does not open the data key"), std::string::npos);
  EXPECT_EQ(Files(), before);
}

TEST_F(SqliteOpening, ARefusalAfterACrashLeavesTheWalAlone) {
  CrashAfterOneWrite();
  ExpectRefusal("none of the configured master keys", {"k2"});
  EXPECT_EQ(PasswordOf(*Open(), "github"), "p4ss");
}

TEST_F(SqliteOpening, AMissingFileWhoseWalIsThereIsRefused) {
  Overwrite(path_ + "-wal", "frames");
  ExpectRefusal("is missing but its -wal file is there");
}

TEST_F(SqliteOpening, ADirectoryThatDoesNotExistIsRefused) {
  auto opened =
      OpenSqliteRepository({directory_ / "no/such/x.db", test::MasterKeys({"k1"})}, clock_);
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message().find("No such file or directory"), std::string::npos);
}

TEST_F(SqliteOpening, OddPathsArePathsAndNotUriParts) {
  const std::string odd = directory_ / "a b?mode=memory#%41&.db";
  {
    auto opened = OpenSqliteRepository({odd, test::MasterKeys({"k1"})}, clock_);
    ASSERT_TRUE(opened);
    ASSERT_TRUE(Create(**opened, "github"));
  }
  EXPECT_GT(std::filesystem::file_size(odd), 0U);
  EXPECT_TRUE(OpenSqliteRepository({odd, test::MasterKeys({"k1"})}, clock_));
}

TEST_F(SqliteOpening, AResourceWhoseSecretsWereMovedIsBrokenAndOthersLoad) {
  {
    auto repository = Open();
    ASSERT_TRUE(Create(*repository, "first", "one"));
    ASSERT_TRUE(Create(*repository, "second", "two"));
  }
  Sql("UPDATE resources SET secrets = (SELECT secrets FROM resources WHERE slug = 'first')"
      " WHERE slug = 'second'");
  auto repository = Open();
  std::map<std::string, bool> broken;
  ASSERT_TRUE(repository->ForEachResource([&](Resource&& resource, bool is_broken) {
    broken[resource.slug] = is_broken;
    EXPECT_EQ(resource.document.secrets.empty(), is_broken);
  }));
  EXPECT_EQ(broken, (std::map<std::string, bool>{{"first", false}, {"second", true}}));
  auto read = repository->GetResource("second", WithSecrets::kYes);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind(), ErrorKind::kInternal);
  EXPECT_TRUE(repository->GetResource("second", WithSecrets::kNo));
}

TEST_F(SqliteOpening, AQueryWhoseSecretsWereMovedIsBrokenAndItsResourceIsNot) {
  {
    auto repository = Open();
    ASSERT_TRUE(Create(*repository, "github"));
    ASSERT_TRUE(Save(*repository, "github", "first", "one"));
    ASSERT_TRUE(Save(*repository, "github", "second", "two"));
  }
  Sql("UPDATE queries SET secrets = (SELECT secrets FROM queries WHERE slug = 'first')"
      " WHERE slug = 'second'");
  auto repository = Open();
  std::map<std::string, bool> broken;
  ASSERT_TRUE(repository->ForEachQuery(
      [&](Query&& query, bool is_broken) { broken[query.slug] = is_broken; }));
  EXPECT_EQ(broken, (std::map<std::string, bool>{{"first", false}, {"second", true}}));
  EXPECT_EQ(PasswordOf(*repository, "github"), "p4ss");
  auto read = repository->GetQuery("github", "second", WithSecrets::kYes);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind(), ErrorKind::kInternal);
}

TEST_F(SqliteOpening, ADatabaseOfTheFirstVersionKeepsItsDataAndTakesQueries) {
  CreateAndClose();
  // What the first version wrote: everything but the table of the second.
  Sql("DROP TABLE token_sets; DROP TABLE queries; PRAGMA user_version=1");
  EXPECT_EQ(ListDataKeys(path_)->front().values, 1) << "keys are listed before anything migrates";
  {
    auto repository = Open();
    EXPECT_EQ(PasswordOf(*repository, "github"), "p4ss");
    EXPECT_EQ(repository->ListAudit({})->items.size(), 1U);
    ASSERT_TRUE(Save(*repository, "github", "users", "k3y"));
  }
  EXPECT_EQ(KeyOfQuery(*Open(), "github", "users"), "k3y");
}

TEST_F(SqliteOpening, ADatabaseOfAnOlderVersionTakesTokenSets) {
  const char* downgrades[] = {
      "DROP TABLE token_sets; DROP TABLE queries; PRAGMA user_version=1",
      "DROP TABLE token_sets; PRAGMA user_version=2",
  };
  for (const char* downgrade : downgrades) {
    std::filesystem::remove(path_);
    CreateAndClose();
    Sql(downgrade);
    EXPECT_EQ(ListDataKeys(path_)->front().values, 1) << downgrade;
    {
      auto repository = Open();
      EXPECT_EQ(PasswordOf(*repository, "github"), "p4ss");
      const std::int64_t id = repository->GetResource("github", WithSecrets::kNo)->id;
      ASSERT_TRUE(SignIn(*repository, id, "alice", "t0ken"));
    }
    EXPECT_EQ(AccessTokens(*Open())["alice"], "t0ken") << downgrade;
    EXPECT_EQ(ListDataKeys(path_)->front().values, 2) << downgrade;
  }
}

TEST_F(SqliteOpening, TokensThatWereMovedToAnotherRowAreBrokenUntilTheNextLogin) {
  std::int64_t id = 0;
  {
    auto repository = Open();
    id = Create(*repository, "github")->id;
    ASSERT_TRUE(SignIn(*repository, id, "alice", "one"));
    ASSERT_TRUE(SignIn(*repository, id, "bob", "two"));
    ASSERT_TRUE(SignIn(*repository, id, "carol", "three"));
    ASSERT_TRUE(SignIn(*repository, id, "dave", "four"));
  }
  Sql("UPDATE token_sets SET secrets = (SELECT secrets FROM token_sets WHERE owner_id = 'alice')"
      " WHERE owner_id = 'bob';"
      "UPDATE token_sets SET secrets = (SELECT secrets FROM resources) WHERE owner_id = 'carol';"
      "UPDATE token_sets SET secrets = NULL, secrets_key = NULL WHERE owner_id = 'dave'");
  auto repository = Open();
  using Tokens = std::map<std::string, std::string>;
  EXPECT_EQ(
      AccessTokens(*repository),
      (Tokens{{"alice", "one"}, {"bob", "(broken)"}, {"carol", "(broken)"}, {"dave", "(broken)"}}));
  EXPECT_EQ(repository->ListTokenSets({}, {})->items.size(), 4U);
  for (const char* user : {"bob", "carol", "dave"}) {
    EXPECT_EQ(SignIn(*repository, id, user, "again")->version, 2);
  }
  EXPECT_EQ(AccessTokens(*repository),
            (Tokens{{"alice", "one"}, {"bob", "again"}, {"carol", "again"}, {"dave", "again"}}));
}

}  // namespace
}  // namespace sallyport::store
