#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "sallyport/net/egress.h"

namespace sallyport::net {
namespace {

using V = EgressVerdict;

EgressOptions Closed() {
  EgressOptions options;
  options.local_addresses.emplace();
  return options;
}

EgressRule Rule(std::string_view text) {
  Result<EgressRule> rule = EgressRule::Parse(text);
  EXPECT_TRUE(rule) << text;
  return rule ? *rule : EgressRule{};
}

V Judge(const EgressOptions& options, std::string_view address, std::uint16_t port = 80,
        std::string_view name = "") {
  const auto parsed = IpAddress::Parse(address);
  EXPECT_TRUE(parsed) << address;
  return EgressPolicy(options).Judge(name, *parsed, port);
}

TEST(EgressPolicy, JudgesBothEndsOfEveryIpv4Range) {
  const std::vector<std::pair<std::string, V>> table = {{"0.0.0.0", V::kDeniedReserved},
                                                        {"0.255.255.255", V::kDeniedReserved},
                                                        {"1.0.0.0", V::kAllowed},
                                                        {"9.255.255.255", V::kAllowed},
                                                        {"10.0.0.0", V::kDeniedPrivate},
                                                        {"10.255.255.255", V::kDeniedPrivate},
                                                        {"11.0.0.0", V::kAllowed},
                                                        {"100.63.255.255", V::kAllowed},
                                                        {"100.64.0.0", V::kDeniedPrivate},
                                                        {"100.127.255.255", V::kDeniedPrivate},
                                                        {"100.128.0.0", V::kAllowed},
                                                        {"126.255.255.255", V::kAllowed},
                                                        {"127.0.0.0", V::kDeniedLoopback},
                                                        {"127.255.255.255", V::kDeniedLoopback},
                                                        {"128.0.0.0", V::kAllowed},
                                                        {"169.253.255.255", V::kAllowed},
                                                        {"169.254.0.0", V::kDeniedLinkLocal},
                                                        {"169.254.255.255", V::kDeniedLinkLocal},
                                                        {"169.255.0.0", V::kAllowed},
                                                        {"172.15.255.255", V::kAllowed},
                                                        {"172.16.0.0", V::kDeniedPrivate},
                                                        {"172.31.255.255", V::kDeniedPrivate},
                                                        {"172.32.0.0", V::kAllowed},
                                                        {"191.255.255.255", V::kAllowed},
                                                        {"192.0.0.0", V::kDeniedReserved},
                                                        {"192.0.0.255", V::kDeniedReserved},
                                                        {"192.0.1.0", V::kAllowed},
                                                        {"192.0.2.0", V::kDeniedReserved},
                                                        {"192.0.2.255", V::kDeniedReserved},
                                                        {"192.0.3.0", V::kAllowed},
                                                        {"192.88.98.255", V::kAllowed},
                                                        {"192.88.99.0", V::kDeniedReserved},
                                                        {"192.88.99.255", V::kDeniedReserved},
                                                        {"192.88.100.0", V::kAllowed},
                                                        {"192.167.255.255", V::kAllowed},
                                                        {"192.168.0.0", V::kDeniedPrivate},
                                                        {"192.168.255.255", V::kDeniedPrivate},
                                                        {"192.169.0.0", V::kAllowed},
                                                        {"198.17.255.255", V::kAllowed},
                                                        {"198.18.0.0", V::kDeniedReserved},
                                                        {"198.19.255.255", V::kDeniedReserved},
                                                        {"198.20.0.0", V::kAllowed},
                                                        {"198.51.99.255", V::kAllowed},
                                                        {"198.51.100.0", V::kDeniedReserved},
                                                        {"198.51.100.255", V::kDeniedReserved},
                                                        {"198.51.101.0", V::kAllowed},
                                                        {"203.0.112.255", V::kAllowed},
                                                        {"203.0.113.0", V::kDeniedReserved},
                                                        {"203.0.113.255", V::kDeniedReserved},
                                                        {"203.0.114.0", V::kAllowed},
                                                        {"223.255.255.255", V::kAllowed},
                                                        {"224.0.0.0", V::kDeniedReserved},
                                                        {"239.255.255.255", V::kDeniedReserved},
                                                        {"240.0.0.0", V::kDeniedReserved},
                                                        {"255.255.255.255", V::kDeniedReserved},
                                                        {"169.254.169.254", V::kDeniedMetadata},
                                                        {"100.100.100.200", V::kDeniedMetadata},
                                                        {"192.0.0.192", V::kDeniedMetadata},
                                                        {"168.63.129.15", V::kAllowed},
                                                        {"168.63.129.16", V::kDeniedMetadata},
                                                        {"168.63.129.17", V::kAllowed}};
  for (const auto& [address, verdict] : table) {
    EXPECT_EQ(Judge(Closed(), address), verdict) << address;
  }
}

TEST(EgressPolicy, JudgesBothEndsOfEveryIpv6Range) {
  const std::vector<std::pair<std::string, V>> table = {
      {"::", V::kDeniedReserved},
      {"::1", V::kDeniedLoopback},
      {"::2", V::kDeniedEmbedded},
      {"64:ff9b:1::", V::kDeniedEmbedded},
      {"64:ff9b:1::808:808", V::kDeniedEmbedded},
      {"64:ff9b:1:ffff:ffff:ffff:ffff:ffff", V::kDeniedEmbedded},
      {"100::", V::kDeniedReserved},
      {"100::ffff:ffff:ffff:ffff", V::kDeniedReserved},
      {"1fff:ffff::", V::kDeniedReserved},
      {"2000::", V::kAllowed},
      {"2001:0:808:808::f7f7:f7f7", V::kAllowed},
      {"2001:1::1", V::kDeniedReserved},
      {"2001:2::", V::kDeniedReserved},
      {"2001:10::", V::kDeniedReserved},
      {"2001:2f:ffff::", V::kDeniedReserved},
      {"2001:1ff:ffff::", V::kDeniedReserved},
      {"2001:200::", V::kAllowed},
      {"2001:db7:ffff::", V::kAllowed},
      {"2001:db8::", V::kDeniedReserved},
      {"2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", V::kDeniedReserved},
      {"2001:db9::", V::kAllowed},
      {"2606:4700::1111", V::kAllowed},
      {"3ffe:ffff::", V::kAllowed},
      {"3fff::", V::kDeniedReserved},
      {"3fff:fff:ffff::", V::kDeniedReserved},
      {"3fff:1000::", V::kAllowed},
      {"4000::", V::kDeniedReserved},
      {"5f00::", V::kDeniedReserved},
      {"5f00:ffff::", V::kDeniedReserved},
      {"fbff:ffff::", V::kDeniedReserved},
      {"fc00::", V::kDeniedPrivate},
      {"fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", V::kDeniedPrivate},
      {"fd00:ec2::253", V::kDeniedPrivate},
      {"fd00:ec2::254", V::kDeniedMetadata},
      {"fe80::", V::kDeniedLinkLocal},
      {"febf:ffff::", V::kDeniedLinkLocal},
      {"fec0::", V::kDeniedReserved},
      {"feff:ffff::", V::kDeniedReserved},
      {"ff00::", V::kDeniedReserved},
      {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", V::kDeniedReserved}};
  for (const auto& [address, verdict] : table) {
    EXPECT_EQ(Judge(Closed(), address), verdict) << address;
  }
}

TEST(EgressPolicy, JudgesTheAddressInsideEveryForm) {
  const std::vector<std::pair<std::string, std::string>> denied_and_public = {
      {"::ffff:127.0.0.1", "::ffff:8.8.8.8"},
      {"::ffff:169.254.169.254", "::ffff:1.1.1.1"},
      {"::10.0.0.1", "::8.8.8.8"},
      {"::ffff:0:192.168.0.1", "::ffff:0:8.8.8.8"},
      {"64:ff9b::10.0.0.1", "64:ff9b::8.8.8.8"},
      {"64:ff9b::168.63.129.16", "64:ff9b::168.63.129.17"},
      {"2002:7f00:1::", "2002:808:808::1"},
      {"2002:a9fe:a9fe::1", "2002:101:101::1"},
      {"2001:0:a00:1::f7f7:f7f7", "2001:0:808:808::f7f7:f7f7"},    // Teredo server
      {"2001:0:808:808::5601:5601", "2001:0:808:808::fefe:fefe"},  // client 169.254.169.254
      {"2606:4700::5efe:10.0.0.1", "2606:4700::5efe:8.8.8.8"},
      {"2606:4700::200:5efe:127.0.0.1", "2606:4700::200:5efe:8.8.8.8"}};
  for (const auto& [denied, open] : denied_and_public) {
    EXPECT_EQ(Judge(Closed(), denied), V::kDeniedEmbedded) << denied;
    EXPECT_EQ(Judge(Closed(), open), V::kAllowed) << open;
  }
  EXPECT_EQ(Judge(Closed(), "fe80::5efe:8.8.8.8"), V::kDeniedLinkLocal);
}

TEST(EgressPolicy, PrivateMeansRfc1918AndUlaOnly) {
  EgressOptions options = Closed();
  options.allow_private = true;
  for (const char* open : {"10.0.0.1", "172.16.0.1", "192.168.1.1", "fd12::1", "::ffff:10.0.0.1"}) {
    EXPECT_EQ(Judge(options, open), V::kAllowedByRule) << open;
  }
  for (const char* shut : {"127.0.0.1", "::1", "169.254.1.1", "fe80::1", "100.64.0.1", "0.0.0.0",
                           "169.254.169.254", "100.100.100.200", "192.0.0.192", "168.63.129.16",
                           "fd00:ec2::254", "fec0::1", "224.0.0.1"}) {
    EXPECT_FALSE(IsAllowed(Judge(options, shut))) << shut;
  }
}

TEST(EgressPolicy, DevelopmentOpensLoopbackOnly) {
  EgressOptions options = Closed();
  options.allow_loopback = true;
  for (const char* open : {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"}) {
    EXPECT_EQ(Judge(options, open), V::kAllowedByRule) << open;
  }
  for (const char* shut : {"10.0.0.1", "169.254.169.254", "0.0.0.0", "::"}) {
    EXPECT_FALSE(IsAllowed(Judge(options, shut))) << shut;
  }
}

TEST(EgressPolicy, AllowRulesOpenWhatTheyName) {
  EgressOptions options = Closed();
  options.allow = {Rule("127.0.0.1:9000"), Rule("169.254.169.254"),        Rule("10.0.0.0/8:443"),
                   Rule("[fd00::1]:80"),   Rule("*.internal.example:443"), Rule("db.example")};
  EXPECT_EQ(Judge(options, "127.0.0.1", 9000), V::kAllowedByRule);
  EXPECT_EQ(Judge(options, "::ffff:127.0.0.1", 9000), V::kAllowedByRule);
  EXPECT_EQ(Judge(options, "127.0.0.1", 9001), V::kDeniedLoopback);
  EXPECT_EQ(Judge(options, "127.0.0.2", 9000), V::kDeniedLoopback);
  EXPECT_EQ(Judge(options, "169.254.169.254", 1), V::kAllowedByRule);
  EXPECT_EQ(Judge(options, "10.9.8.7", 443), V::kAllowedByRule);
  EXPECT_EQ(Judge(options, "10.9.8.7", 80), V::kDeniedPrivate);
  EXPECT_EQ(Judge(options, "fd00::1", 80), V::kAllowedByRule);
  EXPECT_EQ(Judge(options, "192.168.0.1", 443, "a.internal.example"), V::kAllowedByRule);
  EXPECT_EQ(Judge(options, "192.168.0.1", 443, "A.B.Internal.Example."), V::kAllowedByRule);
  EXPECT_EQ(Judge(options, "192.168.0.1", 443, "internal.example"), V::kDeniedPrivate);
  EXPECT_EQ(Judge(options, "192.168.0.1", 443, "xinternal.example"), V::kDeniedPrivate);
  EXPECT_EQ(Judge(options, "192.168.0.1", 80, "a.internal.example"), V::kDeniedPrivate);
  EXPECT_EQ(Judge(options, "192.168.0.1", 5432, "db.example"), V::kAllowedByRule);
  EXPECT_EQ(Judge(options, "192.168.0.1", 5432, "sub.db.example"), V::kDeniedPrivate);
}

TEST(EgressPolicy, DenyBeatsAllow) {
  EgressOptions options = Closed();
  options.allow = {Rule("0.0.0.0/0"), Rule("::/0"), Rule("evil.example")};
  options.deny = {Rule("8.8.8.8"), Rule("10.0.0.0/8:22"), Rule("evil.example")};
  EXPECT_EQ(Judge(options, "8.8.8.8"), V::kDeniedByRule);
  EXPECT_EQ(Judge(options, "::ffff:8.8.8.8"), V::kDeniedByRule);
  EXPECT_EQ(Judge(options, "64:ff9b::8.8.8.8"), V::kDeniedByRule);
  EXPECT_EQ(Judge(options, "10.0.0.1", 22), V::kDeniedByRule);
  EXPECT_EQ(Judge(options, "10.0.0.1", 23), V::kAllowedByRule);
  EXPECT_EQ(Judge(options, "1.1.1.1", 80, "evil.example"), V::kDeniedByRule);
}

TEST(EgressPolicy, OwnListenersAreDeniedEvenWhenAllowed) {
  EgressOptions options = Closed();
  options.local_addresses = {*IpAddress::Parse("192.168.7.7"), *IpAddress::Parse("fd07::7")};
  options.allow = {Rule("0.0.0.0/0"), Rule("::/0")};
  options.own_listeners = {{*IpAddress::Parse("127.0.0.1"), 8080},
                           {*IpAddress::Parse("0.0.0.0"), 9180}};
  for (const char* self :
       {"127.0.0.1", "::ffff:127.0.0.1", "0.0.0.0", "::", "64:ff9b::127.0.0.1"}) {
    EXPECT_EQ(Judge(options, self, 8080), V::kDeniedSelf) << self;
  }
  EXPECT_EQ(Judge(options, "127.0.0.1", 8081), V::kAllowedByRule);
  EXPECT_EQ(Judge(options, "192.168.7.7", 8080), V::kAllowedByRule);
  for (const char* self : {"127.0.0.1", "127.1.2.3", "::1", "192.168.7.7", "fd07::7", "0.0.0.0"}) {
    EXPECT_EQ(Judge(options, self, 9180), V::kDeniedSelf) << self;
  }
  EXPECT_EQ(Judge(options, "192.168.7.8", 9180), V::kAllowedByRule);
}

TEST(EgressPolicy, WildcardListenersCoverTheMachinesOwnAddresses) {
  EgressOptions options;
  options.allow = {Rule("127.0.0.0/8")};
  options.own_listeners = {{*IpAddress::Parse("::"), 8080}};
  EXPECT_EQ(Judge(options, "127.0.0.1", 8080), V::kDeniedSelf);
}

TEST(EgressRule, ReadsEveryForm) {
  for (const char* good :
       {"127.0.0.1", "127.0.0.1:9000", "10.0.0.0/8", "10.0.0.0/8:443", "::1", "[::1]", "[::1]:80",
        "fd00::/8", "[fd00::/8]:443", "api.example", "api.example:443", "*.internal.example",
        "*.internal.example:443", "localhost", " api.example "}) {
    EXPECT_TRUE(EgressRule::Parse(good)) << good;
  }
  for (const char* bad :
       {"", "*", "*.", "a.*.example", "10.0.0.1/8", "10.0.0.0/33", "127.1", "0x7f.1", "127.0.0.1:0",
        "127.0.0.1:65536", "api.example:", "api example", "http://api.example", "[api.example]:80",
        "[::1", "[::1]80", "fd00::/129", "a..example", "api.example/24"}) {
    const Result<EgressRule> rule = EgressRule::Parse(bad);
    ASSERT_FALSE(rule) << bad;
    EXPECT_EQ(rule.error().kind(), ErrorKind::kValidationFailed);
    EXPECT_NE(rule.error().message().find(bad), std::string::npos) << rule.error().message();
  }
}

}  // namespace
}  // namespace sallyport::net
