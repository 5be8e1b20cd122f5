#include "support/fake_repository.h"

#include "contract/repository_contract.h"

namespace sallyport::test {
namespace {

class FakeHolder final : public RepositoryHolder {
 public:
  explicit FakeHolder(const Clock& clock) : repository_(clock) {}
  store::Repository& repository() override { return repository_; }

 private:
  FakeRepository repository_;
};

INSTANTIATE_TEST_SUITE_P(
    Fake, RepositoryContract,
    testing::Values([](const Clock& clock) -> std::unique_ptr<RepositoryHolder> {
      return std::make_unique<FakeHolder>(clock);
    }));

}  // namespace
}  // namespace sallyport::test
