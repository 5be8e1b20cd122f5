// What may be dialled, through the real binary: the judged address is the dialled one.
#include "support/gateway_fixture.h"
#include "support/scripted_target.h"

namespace sallyport::test {
namespace {

class Egress : public GatewayFixture {
 protected:
  /// The answer's code for a GET to `base_url` under these egress settings; "" for an answer of the
  /// target.
  std::string CodeFor(const std::string& base_url) {
    const std::string slug = "r" + std::to_string(++count_);
    CreateResource(slug, base_url, {{"timeouts", {{"connect_ms", 500}}}});
    const HttpResponse response = Proxy("GET", slug + "/x");
    if (response.Header("Sallyport-Source") == "upstream") return "";
    return CodeOf(response);
  }
  std::string Port() const { return std::to_string(target_.port()); }

  ScriptedTarget target_{ScriptedTarget::Always("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")};
  int count_ = 0;
};

TEST_F(Egress, DeniesAllButPublicAddressesByDefault) {
  StartGateway("log: {access: false}\n");
  for (const std::string host :
       {"127.0.0.1",     "localhost",         "[::1]",           "[::ffff:127.0.0.1]",
        "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "0.0.0.0",
        "10.0.0.1",      "172.16.0.1",        "192.168.0.1",     "169.254.169.254",
        "100.64.0.1",    "100.100.100.200",   "192.0.0.192",     "168.63.129.16",
        "224.0.0.1",     "255.255.255.255",   "[fe80::1]",       "[fd00:ec2::254]",
        "[fc00::1]",     "[ff02::1]"}) {
    EXPECT_EQ(CodeFor("http://" + host + ":" + Port()), "egress_denied") << host;
  }
  EXPECT_EQ(target_.connections(), 0);
}

TEST_F(Egress, NeverOpensMetadataAddressesByAllowPrivate) {
  StartGateway("egress: {allow_private: true}\nlog: {access: false}\n");
  for (const std::string host : {"169.254.169.254", "100.100.100.200", "192.0.0.192",
                                 "168.63.129.16", "[fd00:ec2::254]", "127.0.0.1"}) {
    EXPECT_EQ(CodeFor("http://" + host + ":" + Port()), "egress_denied") << host;
  }
}

TEST_F(Egress, OpensExactlyWhatARuleNames) {
  ScriptedTarget other(ScriptedTarget::Always("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
  StartGateway("egress: {allow: [\"127.0.0.1:" + Port() +
               "\", \"localhost:" + std::to_string(other.port()) + "\"]}\nlog: {access: false}\n");
  EXPECT_EQ(CodeFor("http://127.0.0.1:" + Port()), "");
  EXPECT_EQ(CodeFor(other.url()), "egress_denied");
  EXPECT_EQ(CodeFor("http://127.0.0.2:" + Port()), "egress_denied");
}

TEST_F(Egress, LetsDenyBeatAllow) {
  StartGateway("egress: {allow: [\"127.0.0.0/8\"], deny: [\"127.0.0.1:" + Port() +
               "\"]}\nlog: {access: false}\n");
  EXPECT_EQ(CodeFor("http://127.0.0.1:" + Port()), "egress_denied");
  EXPECT_NE(CodeFor("http://127.0.0.2:" + Port()), "egress_denied");
}

TEST_F(Egress, NeverDialsTheGatewayItself) {
  StartGateway();
  EXPECT_EQ(CodeFor(gateway_->base_url()), "egress_denied");
}

TEST_F(Egress, RefusesOddSpellingsOfAddressesWhenTheyAreSaved) {
  StartGateway();
  for (const std::string host : {"127.1", "0x7f.1", "2130706433", "0177.0.0.1", "127.0.0.1.",
                                 "127.000.000.001", "127.0.0.1@a.example", "a.example#b"}) {
    const HttpResponse response =
        Api("POST", "/api/v1/resources",
            {{"slug", "odd"}, {"name", "odd"}, {"base_url", "http://" + host + "/"}});
    EXPECT_EQ(response.status, 422) << host << response.body;
  }
}

}  // namespace
}  // namespace sallyport::test
