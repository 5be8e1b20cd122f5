#include "contract/repository_contract.h"
#include "sallyport/store/sqlite.h"
#include "support/temp_dir.h"

namespace sallyport::test {
namespace {

class SqliteHolder final : public RepositoryHolder {
 public:
  explicit SqliteHolder(const Clock& clock) {
    store::SqliteOptions options{directory_ / "sallyport.db", MasterKeys({"k1"})};
    auto opened = store::OpenSqliteRepository(std::move(options), clock);
    if (!opened) throw std::runtime_error(opened.error().message() + opened.error().detail());
    repository_ = std::move(*opened);
  }
  store::Repository& repository() override { return *repository_; }

 private:
  TempDir directory_;
  std::unique_ptr<store::Repository> repository_;
};

INSTANTIATE_TEST_SUITE_P(
    Sqlite, RepositoryContract,
    testing::Values([](const Clock& clock) -> std::unique_ptr<RepositoryHolder> {
      return std::make_unique<SqliteHolder>(clock);
    }));

}  // namespace
}  // namespace sallyport::test
