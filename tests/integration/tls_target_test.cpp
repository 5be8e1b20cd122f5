// Targets over TLS, served by nginx: private authorities, client certificates, names.
#include "support/gateway_fixture.h"
#include "support/target_servers.h"
#include "support/test_certificates.h"

namespace sallyport::test {
namespace {

class TlsTargets : public GatewayFixture {
 protected:
  void SetUp() override { StartGateway(); }

  static CertificateRequest ServerRequest(const std::string& name) {
    CertificateRequest request;
    request.common_name = "server";
    request.names = {name};
    return request;
  }
  static CertificateRequest ClientRequest() {
    CertificateRequest request;
    request.common_name = "the-gateway";
    request.for_server = false;
    return request;
  }

  /// GET /whoami through a resource with these `tls` members, bearer token included.
  HttpResponse Call(const NginxTlsServer& server, const TestJson& tls) {
    const std::string slug = "s" + std::to_string(++count_);
    CreateResource(slug, "https://127.0.0.1:" + std::to_string(server.port()),
                   {{"tls", tls}, {"auth", {{"type", "bearer"}, {"token", "over-tls"}}}});
    return Proxy("GET", slug + "/whoami");
  }
  static void ExpectTlsFailure(const HttpResponse& response) {
    EXPECT_EQ(response.status, 502) << response.body;
    EXPECT_EQ(CodeOf(response), "tls_failed") << response.body;
    EXPECT_EQ(response.Header("Sallyport-Source"), "gateway");
  }

  CertificateAuthority authority_{"private authority"};
  int count_ = 0;
};

TEST_F(TlsTargets, AreTrustedByTheirPrivateAuthorityOnly) {
  const IssuedCertificate server = authority_.Issue(ServerRequest("IP:127.0.0.1"));
  const NginxTlsServer nginx({server.certificate_pem, server.key_pem, ""});
  const HttpResponse known = Call(nginx, {{"ca_pem", authority_.certificate_pem()}});
  EXPECT_EQ(known.status, 200) << known.body;
  EXPECT_EQ(known.body, "||Bearer over-tls");  // no SNI for an address

  ExpectTlsFailure(Call(nginx, TestJson::object()));
  const CertificateAuthority stranger("private authority");
  ExpectTlsFailure(Call(nginx, {{"ca_pem", stranger.certificate_pem()}}));
  EXPECT_EQ(Call(nginx, {{"verify", false}}).status, 200);
}

TEST_F(TlsTargets, AreCheckedByName) {
  const IssuedCertificate server = authority_.Issue(ServerRequest("DNS:api.internal.example"));
  const NginxTlsServer nginx({server.certificate_pem, server.key_pem, ""});
  ExpectTlsFailure(Call(nginx, {{"ca_pem", authority_.certificate_pem()}}));
  const HttpResponse named = Call(
      nginx, {{"ca_pem", authority_.certificate_pem()}, {"server_name", "api.internal.example"}});
  EXPECT_EQ(named.status, 200) << named.body;
  EXPECT_EQ(named.body, "|api.internal.example|Bearer over-tls");
  ExpectTlsFailure(Call(nginx, {{"ca_pem", authority_.certificate_pem()},
                                {"server_name", "other.internal.example"}}));
}

TEST_F(TlsTargets, MustNotHaveExpired) {
  CertificateRequest request = ServerRequest("IP:127.0.0.1");
  request.ends_in_seconds = -60;
  const IssuedCertificate server = authority_.Issue(request);
  const NginxTlsServer nginx({server.certificate_pem, server.key_pem, ""});
  ExpectTlsFailure(Call(nginx, {{"ca_pem", authority_.certificate_pem()}}));
}

TEST_F(TlsTargets, GetTheClientCertificateOfTheirResource) {
  const IssuedCertificate server = authority_.Issue(ServerRequest("IP:127.0.0.1"));
  const IssuedCertificate client = authority_.Issue(ClientRequest());
  const NginxTlsServer nginx(
      {server.certificate_pem, server.key_pem, authority_.certificate_pem()});
  const HttpResponse with = Call(nginx, {{"ca_pem", authority_.certificate_pem()},
                                         {"client_cert_pem", client.certificate_pem},
                                         {"client_key_pem", client.key_pem}});
  EXPECT_EQ(with.status, 200) << with.body;
  EXPECT_EQ(with.body, "CN=the-gateway||Bearer over-tls");

  // nginx says so in HTTP: a 400 of the target.
  const HttpResponse without = Call(nginx, {{"ca_pem", authority_.certificate_pem()}});
  EXPECT_EQ(without.status, 400) << without.body;
  EXPECT_EQ(without.Header("Sallyport-Source"), "upstream");
}

/// Two resources of one origin with different settings must not lend each other connections.
TEST_F(TlsTargets, NeverShareConnectionsAcrossSettings) {
  const IssuedCertificate server = authority_.Issue(ServerRequest("IP:127.0.0.1"));
  const NginxTlsServer nginx({server.certificate_pem, server.key_pem, ""});
  ASSERT_EQ(Call(nginx, {{"verify", false}}).status, 200);
  ExpectTlsFailure(Call(nginx, TestJson::object()));
}

TEST_F(TlsTargets, NeverShowTheirKey) {
  const IssuedCertificate client = authority_.Issue(ClientRequest());
  CreateResource(
      "k", "https://a.example",
      {{"tls", {{"client_cert_pem", client.certificate_pem}, {"client_key_pem", client.key_pem}}}});
  const TestJson read = TestJson::parse(Api("GET", "/api/v1/resources/k").body);
  EXPECT_EQ(read["tls"]["client_key_pem"], "********");
  EXPECT_EQ(read["tls"]["client_cert_pem"], client.certificate_pem);

  const IssuedCertificate other = authority_.Issue(ClientRequest());
  const HttpResponse mismatch =
      Api("PATCH", "/api/v1/resources/k", {{"tls", {{"client_key_pem", other.key_pem}}}});
  EXPECT_EQ(mismatch.status, 422) << mismatch.body;
}

}  // namespace
}  // namespace sallyport::test
