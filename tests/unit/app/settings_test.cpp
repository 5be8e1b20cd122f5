#include "app/settings.h"

#include <gtest/gtest.h>

#include "sallyport/crypto/digest.h"

namespace sallyport::app {
namespace {

const net::Endpoint kBound{IpAddress::V4(0x7F000001), 41234};

TEST(Settings, EveryLimitReachesItsLayer) {
  config::Options options;
  options.limits = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14};
  options.timeouts = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  options.user_header = "X-User";
  options.cors_origins = {"https://a.example"};
  const LayerSettings settings = MakeSettings(options, Secret("the-key"), {kBound});
  EXPECT_EQ(settings.server.head.head_bytes, 1U);
  EXPECT_EQ(settings.server.head.fields, 2U);
  EXPECT_EQ(settings.server.head.target_bytes, 3U);
  EXPECT_EQ(settings.pipeline->api_body_bytes, 4U);
  EXPECT_EQ(settings.pipeline->proxy_body_bytes, 5U);
  EXPECT_EQ(settings.upstream.head.head_bytes, 6U);
  EXPECT_EQ(settings.admin.json_depth, 9U);
  EXPECT_EQ(settings.server.connections, 10U);
  EXPECT_EQ(settings.pipeline->caller_quota.calls, 11U);
  EXPECT_EQ(settings.pipeline->caller_quota.rate, 12U);
  EXPECT_EQ(settings.pipeline->resource_quota.calls, 13U);
  EXPECT_EQ(settings.pipeline->resource_quota.rate, 14U);
  EXPECT_EQ(settings.server.request_head.count(), 1);
  EXPECT_EQ(settings.server.body_idle.count(), 2);
  EXPECT_EQ(settings.pipeline->timeouts.body_idle.count(), 2);
  EXPECT_EQ(settings.pipeline->timeouts.dns.count(), 3);
  EXPECT_EQ(settings.pipeline->timeouts.connect.count(), 4);
  EXPECT_EQ(settings.pipeline->timeouts.tls.count(), 5);
  EXPECT_EQ(settings.pipeline->timeouts.first_byte.count(), 6);
  EXPECT_EQ(settings.pipeline->total.count(), 7);
  EXPECT_EQ(settings.server.idle_caller.count(), 9);
  EXPECT_EQ(settings.upstream.idle_target.count(), 10);
  EXPECT_EQ(settings.admin.timeouts.connect_ms, 4);
  EXPECT_EQ(settings.pipeline->user_header, "X-User");
  EXPECT_EQ(settings.pipeline->cors_origins, options.cors_origins);
  EXPECT_EQ(settings.pipeline->admin_key_digest, crypto::Sha256("the-key"));
}

TEST(Settings, OwnListenersAreDeniedEvenWhereLoopbackIsAllowed) {
  config::Options options;
  options.egress.allow_loopback = true;
  const LayerSettings settings = MakeSettings(options, Secret("k"), {kBound});
  EXPECT_EQ(settings.egress->Judge("", kBound.address, kBound.port),
            net::EgressVerdict::kDeniedSelf);
  EXPECT_TRUE(net::IsAllowed(settings.egress->Judge("", kBound.address, 9)));
}

TEST(Settings, PublicUrlIsGuessedForDevelopmentOnly) {
  config::Options options;
  const auto url = [&] { return MakeSettings(options, Secret("k"), {kBound}).admin.public_url; };
  EXPECT_EQ(url(), "http://127.0.0.1:8080");
  options.dev = true;
  EXPECT_EQ(url(), "http://127.0.0.1:41234");
  options.public_url_given = true;
  EXPECT_EQ(url(), "http://127.0.0.1:8080");
}

}  // namespace
}  // namespace sallyport::app
