// A disk that fills up or fails, at every single write and sync.
#include "support/faulty_vfs.h"
#include "unit/store/sqlite_fixture.h"

namespace sallyport::store {
namespace {

using test::Fault;
using test::FaultLength;

struct Case {
  const char* name;
  Fault fault;
  FaultLength length;
};

class DiskFaults : public SqliteTest, public testing::WithParamInterface<Case> {
 protected:
  static bool Has(Repository& repository, const std::string& slug) {
    return repository.GetResource(slug, WithSecrets::kYes).has_value();
  }
  /// What a kill -9 now would leave, opened.
  bool HasAfterCrash(const std::string& slug) {
    const test::TempDir crashed;
    for (const auto& [name, bytes] : Files()) {
      if (name.find("-shm") == std::string::npos) Overwrite(crashed / name, bytes);
    }
    auto opened =
        OpenSqliteRepository({crashed / "sallyport.db", test::MasterKeys({"k1"})}, clock_);
    EXPECT_TRUE(opened) << opened.error().message();
    return opened && Has(**opened, slug);
  }
  test::FaultyVfs faults_;
};

TEST_P(DiskFaults, AWriteIsAnsweredAndThereOrRefusedAndAbsent) {
  const Case& test_case = GetParam();
  auto repository = Open();
  ASSERT_TRUE(Create(*repository, "before"));
  for (int operation = 1;; ++operation) {
    const std::string slug = "r" + std::to_string(operation);
    faults_.FailAt(operation, test_case.fault, test_case.length);
    auto created = Create(*repository, slug);
    const bool fired = faults_.fired();
    const bool answered = created.has_value();
    if (!answered) {
      EXPECT_EQ(created.error().kind(), ErrorKind::kStoreUnavailable) << created.error().detail();
      EXPECT_TRUE(created.error().retry_after().has_value());
    }
    EXPECT_EQ(Has(*repository, slug), answered) << operation;
    // While the disk still fails, what a crash leaves is not in our hands after a failed sync.
    const bool decided =
        answered || test_case.length == FaultLength::kOnce || test_case.fault != Fault::kSyncError;
    if (decided) {
      EXPECT_EQ(HasAfterCrash(slug), answered) << operation;
    }
    faults_.Heal();
    EXPECT_TRUE(Create(*repository, slug + "-later")) << "writing works again";
    EXPECT_EQ(HasAfterCrash(slug), answered) << operation;
    repository = nullptr;
    repository = Open();
    EXPECT_EQ(Has(*repository, slug), answered) << operation;
    EXPECT_TRUE(Has(*repository, slug + "-later"));
    EXPECT_TRUE(Has(*repository, "before"));
    if (!fired) break;
    ASSERT_LT(operation, 200);
  }
}

TEST_P(DiskFaults, TheCheckTellsAndRecovers) {
  auto repository = Open();
  EXPECT_TRUE(repository->Check());
  faults_.FailAt(1, GetParam().fault, GetParam().length);
  EXPECT_FALSE(repository->Check());
  faults_.Heal();
  EXPECT_TRUE(repository->Check());
}

INSTANTIATE_TEST_SUITE_P(
    Table, DiskFaults,
    testing::Values(Case{"FullOnce", Fault::kFull, FaultLength::kOnce},
                    Case{"FullForAWhile", Fault::kFull, FaultLength::kUntilHealed},
                    Case{"WriteErrorOnce", Fault::kWriteError, FaultLength::kOnce},
                    Case{"WriteErrorForAWhile", Fault::kWriteError, FaultLength::kUntilHealed},
                    Case{"SyncErrorOnce", Fault::kSyncError, FaultLength::kOnce},
                    Case{"SyncErrorForAWhile", Fault::kSyncError, FaultLength::kUntilHealed}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace sallyport::store
