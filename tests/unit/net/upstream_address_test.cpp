#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "unit/net/upstream_harness.h"

namespace sallyport::net {
namespace {

using test::TlsTarget;

/// Which address is dialed, if any.
class UpstreamAddressTest : public UpstreamTest {
 protected:
  ~UpstreamAddressTest() override { upstream_.reset(); }  // before the resolver that it uses

  /// From here on every name has these addresses.
  void ResolveTo(const std::vector<std::string>& addresses) {
    named_ = std::make_unique<Resolver>(
        ResolverOptions{},
        [addresses](const std::string&) -> Result<std::vector<IpAddress>> {
          std::vector<IpAddress> parsed;
          for (const std::string& each : addresses) parsed.push_back(*IpAddress::Parse(each));
          return parsed;
        },
        clock_);
    upstream_ =
        std::make_unique<Upstream>(context_, *named_, std::make_shared<const EgressPolicy>(egress_),
                                   UpstreamOptions{}, clock_);
  }

 private:
  std::unique_ptr<Resolver> named_;
};

TEST_F(UpstreamAddressTest, NobodyListeningIsConnectFailed) {
  std::uint16_t port = 0;
  {
    TlsTarget target(Always(kOk));
    port = target.port();
  }
  const Outcome outcome = Get(port);
  EXPECT_EQ(outcome.kind(), ErrorKind::kConnectFailed);
  EXPECT_NE(outcome.message().find("refused"), std::string::npos);
}

TEST_F(UpstreamAddressTest, NumbersInDisguiseAreNotResolved) {
  TlsTarget target(Always(kOk));
  for (const char* host : {"127.1", "0x7f.1", "2130706433"}) {
    OutboundCall call = Call(target.port());
    call.destination.origin.host = host;
    EXPECT_EQ(Send(std::move(call)).kind(), ErrorKind::kDnsFailed) << host;
  }
  EXPECT_EQ(target.connections(), 0);
}

TEST_F(UpstreamAddressTest, DeniedAddressesAreNeverDialled) {
  TlsTarget target(Always(kOk));
  Get(target.port());
  EXPECT_EQ(upstream_->stats().idle, 1U);
  egress_.allow_loopback = false;
  upstream_->SetEgress(std::make_shared<const EgressPolicy>(egress_));
  EXPECT_EQ(upstream_->stats().idle, 0U);
  const Outcome outcome = Get(target.port());
  EXPECT_EQ(outcome.kind(), ErrorKind::kEgressDenied);
  EXPECT_EQ(outcome.message().find("127.0.0.1:"), outcome.message().rfind("127.0.0.1:"));
  EXPECT_EQ(target.connections(), 1);
  const std::map<EgressVerdict, std::uint64_t> denied{{EgressVerdict::kDeniedLoopback, 1}};
  EXPECT_EQ(upstream_->stats().denied, denied);
}

TEST_F(UpstreamAddressTest, OneDeniedAddressDeniesTheName) {
  TlsTarget target(Always(kOk));
  ResolveTo({"127.0.0.1", "169.254.169.254"});
  OutboundCall call = Call(target.port());
  call.destination.origin.host = "rebind.example";
  EXPECT_EQ(Send(std::move(call)).kind(), ErrorKind::kEgressDenied);
  EXPECT_EQ(target.connections(), 0);
}

TEST_F(UpstreamAddressTest, TheNextAddressIsTriedWhenOneRefuses) {
  TlsTarget target(Always(kOk));
  ResolveTo({"127.0.0.9", "127.0.0.1"});
  OutboundCall call = Call(target.port());
  call.destination.origin.host = "two.example";
  EXPECT_EQ(Send(std::move(call)).status, 200);
  upstream_->CloseIdle();
}

}  // namespace
}  // namespace sallyport::net
