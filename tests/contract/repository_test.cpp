#include "contract/query_contract.h"
#include "contract/repository_contract.h"
#include "contract/token_contract.h"
#include "sallyport/store/sqlite.h"
#include "support/fake_repository.h"
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

class FakeHolder final : public RepositoryHolder {
 public:
  explicit FakeHolder(const Clock& clock) : repository_(clock) {}
  store::Repository& repository() override { return repository_; }

 private:
  FakeRepository repository_;
};

template <typename Holder>
std::unique_ptr<RepositoryHolder> Make(const Clock& clock) {
  return std::make_unique<Holder>(clock);
}

INSTANTIATE_TEST_SUITE_P(Sqlite, RepositoryContract, testing::Values(Make<SqliteHolder>));
INSTANTIATE_TEST_SUITE_P(Sqlite, QueryContract, testing::Values(Make<SqliteHolder>));
INSTANTIATE_TEST_SUITE_P(Fake, QueryContract, testing::Values(Make<FakeHolder>));
INSTANTIATE_TEST_SUITE_P(Sqlite, TokenContract, testing::Values(Make<SqliteHolder>));
INSTANTIATE_TEST_SUITE_P(Fake, TokenContract, testing::Values(Make<FakeHolder>));
INSTANTIATE_TEST_SUITE_P(Fake, RepositoryContract, testing::Values(Make<FakeHolder>));

}  // namespace
}  // namespace sallyport::test
