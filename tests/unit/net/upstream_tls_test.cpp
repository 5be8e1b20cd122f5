#include <array>
#include <atomic>
#include <string>
#include <utility>
#include <vector>

#include "unit/net/upstream_harness.h"

namespace sallyport::net {
namespace {

using test::CertificateAuthority;
using test::CertificateRequest;
using test::TargetSide;
using test::TargetTls;
using test::TlsTarget;

CertificateRequest ForLocalhost() {
  CertificateRequest request;
  request.names = {"DNS:localhost", "IP:127.0.0.1"};
  return request;
}

class UpstreamTlsTest : public UpstreamTest {
 protected:
  TlsSettings Trusting() const {
    TlsSettings settings;
    settings.ca_pem = authority_.certificate_pem();
    return settings;
  }
  TargetTls Serving(const CertificateRequest& request) const {
    TargetTls tls;
    tls.certificate = authority_.Issue(request);
    return tls;
  }
  CertificateAuthority authority_{"Sallyport Test CA"};
};

TEST_F(UpstreamTlsTest, TrustsTheGivenAuthorityAndReuses) {
  std::string sni;
  TlsTarget target(Serving(ForLocalhost()), [&](TargetSide& side, int) {
    sni = side.server_name();
    while (!side.ReadHead().empty()) side.Send(kOk);
  });
  OutboundCall call = TlsCall(target.port(), Trusting());
  const Outcome first = Send(call);
  EXPECT_EQ(first.status, 200) << first.message();
  EXPECT_GT(first.timing.tls_ms, 0);
  EXPECT_TRUE(Send(call).timing.reused_connection);
  EXPECT_EQ(target.connections(), 1);

  OutboundCall other = TlsCall(target.port(), Trusting());  // another profile
  EXPECT_FALSE(Send(other).timing.reused_connection);
  upstream_->CloseIdle();
  EXPECT_EQ(sni, "localhost");
}

TEST_F(UpstreamTlsTest, ResumesSessionsOfTheSameOriginAndProfile) {
  for (const bool only_tls12 : {false, true}) {
    std::array<std::atomic<bool>, 3> resumed{};
    TargetTls tls = Serving(ForLocalhost());
    tls.only_tls12 = only_tls12;
    TlsTarget target(tls, [&](TargetSide& side, int index) {
      resumed[static_cast<std::size_t>(index)] = side.resumed();
      side.ReadHead();
      side.Send(kOk);
      side.ReadToEnd();
    });
    OutboundCall call = TlsCall(target.port(), Trusting());
    for (int i = 0; i < 2; ++i) {
      EXPECT_EQ(Send(call).status, 200);
      upstream_->CloseIdle();
    }
    EXPECT_EQ(Send(TlsCall(target.port(), Trusting())).status, 200);
    upstream_->CloseIdle();
    EXPECT_FALSE(resumed[0]);
    EXPECT_TRUE(resumed[1]) << only_tls12;
    EXPECT_FALSE(resumed[2]);  // another profile
  }
}

TEST_F(UpstreamTlsTest, SaysWhyACertificateIsNotAccepted) {
  CertificateRequest expired = ForLocalhost();
  expired.starts_in_seconds = -7200;
  expired.ends_in_seconds = -3600;
  CertificateRequest future = ForLocalhost();
  future.starts_in_seconds = 3600;
  future.ends_in_seconds = 7200;
  CertificateRequest other_name = ForLocalhost();
  other_name.names = {"DNS:other.example"};
  CertificateRequest client = ForLocalhost();
  client.for_server = false;
  const std::vector<std::pair<CertificateRequest, std::string>> cases = {
      {expired, "expired"},
      {future, "not valid yet"},
      {other_name, "not for localhost"},
      {client, "not meant for servers"}};
  for (const auto& [request, why] : cases) {
    TlsTarget target(Serving(request), Always(kOk));
    const Outcome outcome = Send(TlsCall(target.port(), Trusting()));
    EXPECT_EQ(outcome.kind(), ErrorKind::kTlsFailed);
    EXPECT_NE(outcome.message().find(why), std::string::npos) << outcome.message();
    TlsSettings careless;
    careless.verify = false;
    EXPECT_EQ(Send(TlsCall(target.port(), careless)).status, 200) << why;
    upstream_->CloseIdle();
  }
}

TEST_F(UpstreamTlsTest, TellsAnUnknownAuthorityFromASelfSignedCertificate) {
  TlsTarget unknown(Serving(ForLocalhost()), Always(kOk));
  const Outcome first = Send(TlsCall(unknown.port(), TlsSettings{}));
  EXPECT_EQ(first.kind(), ErrorKind::kTlsFailed);
  EXPECT_NE(first.message().find("unknown authority"), std::string::npos) << first.message();

  TargetTls tls;
  tls.certificate = test::SelfSigned(ForLocalhost());
  TlsTarget self_signed(tls, Always(kOk));
  const Outcome second = Send(TlsCall(self_signed.port(), Trusting()));
  EXPECT_NE(second.message().find("self-signed"), std::string::npos) << second.message();
  TlsSettings pinned;
  pinned.ca_pem = tls.certificate.certificate_pem;
  EXPECT_EQ(Send(TlsCall(self_signed.port(), pinned)).status, 200);
  upstream_->CloseIdle();
}

TEST_F(UpstreamTlsTest, ChecksAddressesAndTheConfiguredName) {
  CertificateRequest name_only;
  name_only.names = {"DNS:api.example"};
  std::string sni = "unset";
  TlsTarget target(Serving(name_only), [&](TargetSide& side, int) {
    sni = side.server_name();
    while (!side.ReadHead().empty()) side.Send(kOk);
  });
  OutboundCall by_address = TlsCall(target.port(), Trusting());
  by_address.destination.origin.host = "127.0.0.1";
  EXPECT_NE(Send(by_address).message().find("not for 127.0.0.1"), std::string::npos);

  TlsSettings named = Trusting();
  named.server_name = "api.example";
  by_address.destination.tls = Profile(named);
  EXPECT_EQ(Send(by_address).status, 200);
  upstream_->CloseIdle();
  EXPECT_EQ(sni, "api.example");

  TlsTarget with_address(Serving(ForLocalhost()), Always(kOk));
  OutboundCall literal = TlsCall(with_address.port(), Trusting());
  literal.destination.origin.host = "127.0.0.1";
  EXPECT_EQ(Send(literal).status, 200);
  upstream_->CloseIdle();
}

TEST_F(UpstreamTlsTest, PresentsAClientCertificateWhenAsked) {
  for (const bool only_tls12 : {false, true}) {
    std::string client_name;
    TargetTls tls = Serving(ForLocalhost());
    tls.client_ca_pem = authority_.certificate_pem();
    tls.only_tls12 = only_tls12;
    TlsTarget target(tls, [&](TargetSide& side, int) {
      client_name = side.client_common_name();
      while (!side.ReadHead().empty()) side.Send(kOk);
    });
    const Outcome without = Send(TlsCall(target.port(), Trusting()));
    EXPECT_EQ(without.kind(), ErrorKind::kTlsFailed) << without.message();

    CertificateRequest request;
    request.common_name = "the gateway";
    request.for_server = false;
    const test::IssuedCertificate own = authority_.Issue(request);
    TlsSettings with = Trusting();
    with.client_cert_pem = own.certificate_pem;
    with.client_key_pem = Secret(own.key_pem);
    EXPECT_EQ(Send(TlsCall(target.port(), with)).status, 200);
    upstream_->CloseIdle();
    EXPECT_EQ(client_name, "the gateway");
  }
}

TEST_F(UpstreamTlsTest, AnEndWithoutCloseNotifyIsACut) {
  for (const bool in_order : {true, false}) {
    TlsTarget target(Serving(ForLocalhost()), [&](TargetSide& side, int) {
      side.ReadHead();
      side.Send("HTTP/1.1 200 OK\r\n\r\nto the end");
      if (in_order) side.CloseInOrder();
    });
    const Outcome outcome = Send(TlsCall(target.port(), Trusting()));
    EXPECT_EQ(outcome.body, "to the end");
    EXPECT_EQ(outcome.body_error.has_value(), !in_order);
    if (!in_order) {
      EXPECT_EQ(outcome.kind(), ErrorKind::kUpstreamReset);
    }
  }
  TlsTarget counted(Serving(ForLocalhost()), [](TargetSide& side, int) {
    side.ReadHead();
    side.Send(kOk);
  });
  EXPECT_EQ(Send(TlsCall(counted.port(), Trusting())).body, "ok");
}

/// As FindsTheEndThatCameAlongWithTheLastBytes of plain connections.
TEST_F(UpstreamTlsTest, FindsTheEndThatCameAlongWithTheLastBytes) {
  struct Case {
    std::string last;
    Closing closing;
    bool whole;
  };
  const std::string head = "HTTP/1.1 200 OK\r\n";
  const Case cases[] = {
      {head + "\r\nto the end", Closing::kInOrder, true},
      {head + "\r\nto the end", Closing::kAtOnce, false},
      {head + "Content-Length: 10\r\n\r\nshort", Closing::kInOrder, false},
      {head + "Content-Length: 40000\r\n\r\n" + std::string(39999, 'x'), Closing::kAtOnce, false},
      {head + "Content-Length: 40000\r\n\r\n" + std::string(40000, 'x'), Closing::kAtOnce, true},
      {"HTTP/1.1 200 OK\r\nA: b", Closing::kInOrder, false}};
  for (const Case& c : cases) {
    TlsTarget target(Serving(ForLocalhost()), EndsWithTheFourth(c.last, c.closing));
    OutboundCall call = TlsCall(target.port(), Trusting());
    call.method = "POST";
    for (int i = 0; i < 3; ++i) EXPECT_EQ(Send(call).status, 200);
    const Outcome outcome = Send(call);
    const std::string about = c.last.substr(0, 60) + " -> " + outcome.message();
    if (c.whole) {
      EXPECT_FALSE(outcome.error || outcome.body_error) << about;
      EXPECT_EQ(outcome.status, 200) << about;
    } else {
      EXPECT_EQ(outcome.kind(), ErrorKind::kUpstreamReset) << about;
    }
    EXPECT_EQ(target.connections(), 1) << about;
  }
}

TEST_F(UpstreamTlsTest, APlainTargetIsTold) {
  TlsTarget target([](TargetSide& side, int) { side.Send("HTTP/1.1 400 Bad\r\n\r\n"); });
  const Outcome outcome = Send(TlsCall(target.port(), Trusting()));
  EXPECT_EQ(outcome.kind(), ErrorKind::kTlsFailed);
  EXPECT_NE(outcome.message().find("does not speak TLS"), std::string::npos) << outcome.message();
}

TEST_F(UpstreamTlsTest, ASilentHandshakeIsAConnectTimeout) {
  TlsTarget target([](TargetSide& side, int) { side.ReadToEnd(); });
  OutboundCall call = TlsCall(target.port(), Trusting());
  call.timeouts.tls = Milliseconds(30);
  const Outcome outcome = Send(std::move(call));
  EXPECT_EQ(outcome.kind(), ErrorKind::kConnectTimeout);
  EXPECT_NE(outcome.message().find("tls"), std::string::npos);
}

TEST_F(UpstreamTlsTest, BadSettingsNameTheirMember) {
  const test::IssuedCertificate one = authority_.Issue({});
  const test::IssuedCertificate two = authority_.Issue({});
  TlsSettings bad_ca;
  bad_ca.ca_pem = "not pem";
  TlsSettings bad_certificate;
  bad_certificate.client_cert_pem = "not pem";
  bad_certificate.client_key_pem = Secret(one.key_pem);
  TlsSettings no_key;
  no_key.client_cert_pem = one.certificate_pem;
  TlsSettings wrong_key = no_key;
  wrong_key.client_key_pem = Secret(two.key_pem);
  const std::vector<std::pair<TlsSettings, std::string>> cases = {
      {bad_ca, "ca_pem"},
      {bad_certificate, "client_cert_pem"},
      {no_key, "client_key_pem"},
      {wrong_key, "client_key_pem"}};
  for (const auto& [settings, member] : cases) {
    const Result<TlsProfilePointer> profile = MakeTlsProfile(settings);
    ASSERT_FALSE(profile) << member;
    EXPECT_EQ(profile.error().kind(), ErrorKind::kTlsFailed);
    EXPECT_NE(profile.error().message().find(member), std::string::npos);
  }
}

}  // namespace
}  // namespace sallyport::net
