#include "support/faulty_vfs.h"
#include "unit/store/sqlite_fixture.h"

namespace sallyport::store {
namespace {

class KeyRotationTest : public SqliteTest {};

TEST_F(KeyRotationTest, LeavesOneKeyUnderTheFirstMasterWithAllValues) {
  auto repository = Open();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(Create(*repository, "r" + std::to_string(i)));
  const auto before = ListDataKeys(path_);
  ASSERT_TRUE(before);
  ASSERT_EQ(before->size(), 1U);
  EXPECT_EQ(before->front().values, 3);
  EXPECT_TRUE(before->front().active);
  EXPECT_EQ(before->front().created_at, clock_.Now());

  auto resealed = repository->RotateKeys(test::Audit("keys.rotate"), [] {});
  ASSERT_TRUE(resealed);
  EXPECT_EQ(*resealed, 3U);
  const auto after = ListDataKeys(path_);
  ASSERT_TRUE(after);
  ASSERT_EQ(after->size(), 1U);
  EXPECT_NE(after->front().id, before->front().id);
  EXPECT_EQ(after->front().values, 3);
}

TEST_F(KeyRotationTest, ListingKeysOfNothingSaysSo) {
  const auto keys = ListDataKeys(path_);
  ASSERT_FALSE(keys);
  EXPECT_NE(keys.error().message().find("there is no database at " + path_), std::string::npos)
      << keys.error().message();
  EXPECT_TRUE(Files().empty());
}

TEST_F(KeyRotationTest, AMasterKeyMayBeRemovedOnceRotated) {
  ASSERT_TRUE(Create(*Open({"k1"}), "github"));
  {
    auto repository = Open({"k2", "k1"});
    ASSERT_TRUE(repository->RotateKeys(test::Audit("keys.rotate"), [] {}));
    ASSERT_TRUE(Create(*repository, "jira", "new"));
  }
  auto repository = Open({"k2"});
  EXPECT_EQ(PasswordOf(*repository, "github"), "p4ss");
  EXPECT_EQ(PasswordOf(*repository, "jira"), "new");
  EXPECT_EQ(ListDataKeys(path_)->front().master_id, "k2");
  EXPECT_NE(Refusal({"k1"}), "");
}

TEST_F(KeyRotationTest, NewMasterKeysAreTakenWhileOpenAndSealAtTheNextRotation) {
  auto repository = Open({"k1"});
  ASSERT_TRUE(Create(*repository, "github"));
  const auto taken = repository->SetMasterKeys(test::MasterKeys({"k2", "k1"}));
  ASSERT_TRUE(taken);
  EXPECT_FALSE(*taken) << "nothing opens that did not";
  EXPECT_EQ(ListDataKeys(path_)->front().master_id, "k1") << "nothing is written yet";
  EXPECT_EQ(PasswordOf(*repository, "github"), "p4ss");
  ASSERT_TRUE(repository->RotateKeys(test::Audit("keys.rotate"), [] {}));
  EXPECT_TRUE(repository->SetMasterKeys(test::MasterKeys({"k2"})));
  EXPECT_EQ(PasswordOf(*repository, "github"), "p4ss");
  repository.reset();
  EXPECT_EQ(PasswordOf(*Open({"k2"}), "github"), "p4ss");
}

TEST_F(KeyRotationTest, MasterKeysThatLockOutADataKeyAreRefusedByName) {
  auto repository = Open({"k1"});
  ASSERT_TRUE(Create(*repository, "github"));
  const auto missing = repository->SetMasterKeys(test::MasterKeys({"k2"}));
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().message().find("\"k1\", which is not configured"), std::string::npos)
      << missing.error().message();
  auto wrong_bytes = test::MasterKeys({"k2"});
  wrong_bytes.front().id = "k1";
  EXPECT_FALSE(repository->SetMasterKeys(wrong_bytes));
  EXPECT_EQ(PasswordOf(*repository, "github"), "p4ss");
  ASSERT_TRUE(repository->RotateKeys(test::Audit("keys.rotate"), [] {}));
  EXPECT_EQ(ListDataKeys(path_)->front().master_id, "k1") << "the old keys still seal";
}

TEST_F(KeyRotationTest, AnOldDataKeyThatIsStillNeededCountsToo) {
  auto repository = Open({"k1"});
  ASSERT_TRUE(Create(*repository, "github"));
  repository.reset();
  // As an interrupted rotation of an older build would leave it: the old key keeps its wrapping.
  Sql("UPDATE data_keys SET active = 0");
  Sql("CREATE TABLE kept AS SELECT * FROM data_keys");
  ASSERT_NE(Refusal({"k1"}), "");
  Sql("UPDATE data_keys SET active = 1");
  repository = Open({"k2", "k1"});
  ASSERT_TRUE(repository->RotateKeys(test::Audit("keys.rotate"), [] {}));
  repository.reset();
  Sql("INSERT INTO data_keys SELECT * FROM kept; DROP TABLE kept");
  repository = Open({"k2", "k1"});
  EXPECT_FALSE(repository->SetMasterKeys(test::MasterKeys({"k2"})));
  repository.reset();
  repository = Open({"k2"});  // a start takes what opens
  const auto healed = repository->SetMasterKeys(test::MasterKeys({"k2", "k1"}));
  ASSERT_TRUE(healed);
  EXPECT_TRUE(*healed) << "a key opens that did not";
}

TEST_F(KeyRotationTest, AValueThatDoesNotOpenKeepsItsKeyAndDoesNotStopTheRest) {
  auto repository = Open();
  ASSERT_TRUE(Create(*repository, "good"));
  ASSERT_TRUE(Create(*repository, "bad"));
  repository.reset();
  Sql("UPDATE resources SET secrets = x'00' WHERE slug = 'bad'");
  repository = Open();
  auto resealed = repository->RotateKeys(test::Audit("keys.rotate"), [] {});
  ASSERT_TRUE(resealed);
  EXPECT_EQ(*resealed, 1U);
  EXPECT_EQ(ListDataKeys(path_)->size(), 2U);
  EXPECT_EQ(PasswordOf(*repository, "good"), "p4ss");
}

TEST_F(KeyRotationTest, SecretsOfQueriesCountAndAreResealed) {
  {
    auto repository = Open({"k1"});
    ASSERT_TRUE(Create(*repository, "github"));
    ASSERT_TRUE(Save(*repository, "github", "users", "one"));
  }
  EXPECT_EQ(ListDataKeys(path_)->front().values, 2);
  EXPECT_EQ(*Open({"k2", "k1"})->RotateKeys(test::Audit("keys.rotate"), [] {}), 2U);
  EXPECT_EQ(KeyOfQuery(*Open({"k2"}), "github", "users"), "one");
}

TEST_F(KeyRotationTest, TokensCountAndAreResealed) {
  {
    auto repository = Open({"k1"});
    const std::int64_t id = Create(*repository, "github")->id;
    ASSERT_TRUE(SignIn(*repository, id, "alice", "one"));
    ASSERT_TRUE(SignIn(*repository, id, "bob", "two"));
  }
  EXPECT_EQ(ListDataKeys(path_)->front().values, 3);
  {
    auto repository = Open({"k2", "k1"});
    // A refresh may come between two transactions; it is sealed by the new key.
    bool refreshed = false;
    const auto between = [&] {
      if (refreshed) return;
      const std::int64_t id = repository->GetResource("github", WithSecrets::kNo)->id;
      refreshed = SignIn(*repository, id, "bob", "three").has_value();
    };
    EXPECT_EQ(*repository->RotateKeys(test::Audit("keys.rotate"), between), 2U);
    EXPECT_TRUE(refreshed);
  }
  EXPECT_EQ(ListDataKeys(path_)->size(), 1U);
  EXPECT_EQ(AccessTokens(*Open({"k2"})),
            (std::map<std::string, std::string>{{"alice", "one"}, {"bob", "three"}}));
}

TEST_F(KeyRotationTest, ManyBatchesAreAllResealed) {
  auto repository = Open();
  const std::size_t count = 1203;
  for (std::size_t i = 0; i < count; ++i) {
    ASSERT_TRUE(Create(*repository, "r" + std::to_string(i), std::to_string(i)));
  }
  EXPECT_EQ(*repository->RotateKeys(test::Audit("keys.rotate"), [] {}), count);
  EXPECT_EQ(ListDataKeys(path_)->size(), 1U);
  EXPECT_EQ(PasswordOf(*repository, "r1202"), "1202");
}

TEST_F(KeyRotationTest, InterruptedAtAnyWriteEveryValueStillOpensAndTheNextRunFinishes) {
  test::FaultyVfs faults;
  for (int operation = 1;; ++operation) {
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path_ + suffix);
    auto repository = Open({"k1"});
    for (const char* slug : {"a", "b", "c"}) ASSERT_TRUE(Create(*repository, slug, slug));
    for (const char* slug : {"q", "r"}) ASSERT_TRUE(Save(*repository, "a", slug, slug));
    repository = nullptr;
    repository = Open({"k2", "k1"});
    faults.FailAt(operation, test::Fault::kWriteError, test::FaultLength::kUntilHealed);
    const bool rotated = repository->RotateKeys(test::Audit("keys.rotate"), [] {}).has_value();
    const bool fired = faults.fired();
    faults.Heal();
    for (const char* slug : {"a", "b", "c"}) EXPECT_EQ(PasswordOf(*repository, slug), slug);
    for (const char* slug : {"q", "r"}) EXPECT_EQ(KeyOfQuery(*repository, "a", slug), slug);
    repository = nullptr;
    repository = Open({"k2", "k1"});
    for (const char* slug : {"a", "b", "c"}) EXPECT_EQ(PasswordOf(*repository, slug), slug);
    for (const char* slug : {"q", "r"}) EXPECT_EQ(KeyOfQuery(*repository, "a", slug), slug);
    ASSERT_TRUE(repository->RotateKeys(test::Audit("keys.rotate"), [] {}));
    EXPECT_EQ(ListDataKeys(path_)->size(), 1U);
    repository = nullptr;
    repository = Open({"k2"});
    for (const char* slug : {"a", "b", "c"}) EXPECT_EQ(PasswordOf(*repository, slug), slug);
    for (const char* slug : {"q", "r"}) EXPECT_EQ(KeyOfQuery(*repository, "a", slug), slug);
    if (rotated && !fired) break;
    ASSERT_LT(operation, 1000);
  }
}

}  // namespace
}  // namespace sallyport::store
