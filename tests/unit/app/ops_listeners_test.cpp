#include "app/ops_listeners.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sallyport::app {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

net::Endpoint At(std::uint16_t port) { return {IpAddress::V4(0x7F000001), port}; }

OpsListener Listener(std::uint16_t configured, std::uint16_t bound, int descriptor) {
  return {At(configured), At(bound), {descriptor}};
}

TEST(PlanOpsChange, KeepsOpensAndClosesByWhatIsListed) {
  const OpsChange change =
      PlanOpsChange({Listener(1, 1, 11), Listener(2, 2, 12), Listener(3, 3, 13)}, {At(3), At(4)});
  ASSERT_THAT(change.staying, SizeIs(1));
  EXPECT_THAT(change.staying[0].descriptors, ElementsAre(13));
  EXPECT_THAT(change.wanted, ElementsAre(At(4)));
  ASSERT_THAT(change.leaving, SizeIs(2));
  EXPECT_THAT(change.leaving[0].descriptors, ElementsAre(11));
  EXPECT_THAT(change.leaving[1].descriptors, ElementsAre(12));
}

TEST(PlanOpsChange, APortThatWasPickedStays) {
  OpsChange change =
      PlanOpsChange({Listener(0, 40001, 11), Listener(0, 40002, 12)}, {At(0), At(0), At(0)});
  ASSERT_THAT(change.staying, SizeIs(2));
  EXPECT_EQ(change.staying[0].bound, At(40001));
  EXPECT_EQ(change.staying[1].bound, At(40002));
  EXPECT_THAT(change.wanted, ElementsAre(At(0)));
  EXPECT_THAT(change.leaving, IsEmpty());

  change = PlanOpsChange({Listener(0, 40001, 11)}, {At(40001)});
  EXPECT_THAT(change.wanted, ElementsAre(At(40001))) << "another setting, even of the same port";
  EXPECT_THAT(change.leaving, SizeIs(1));
}

TEST(PlanOpsChange, NothingListedClosesAll) {
  const OpsChange change = PlanOpsChange({Listener(1, 1, 11)}, {});
  EXPECT_THAT(change.staying, IsEmpty());
  EXPECT_THAT(change.wanted, IsEmpty());
  EXPECT_THAT(change.leaving, SizeIs(1));
}

}  // namespace
}  // namespace sallyport::app
