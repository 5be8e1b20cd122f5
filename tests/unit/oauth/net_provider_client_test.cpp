// The real way to providers, over real sockets: TLS, time limits, sizes, redirects, egress.
#include "sallyport/oauth/net_provider_client.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include <zlib.h>
#include <boost/asio/io_context.hpp>

#include "sallyport/http/field_lines.h"
#include "sallyport/net/resolver.h"
#include "support/run_task.h"
#include "support/scripted_provider.h"

namespace sallyport::oauth {
namespace {

using test::CertificateAuthority;
using test::CertificateRequest;
using test::ScriptedAnswer;
using test::ScriptedProvider;
using test::TargetTls;

constexpr Milliseconds kShort{300};
/// Far more than a bounded exchange takes, far less than the phases' own limits.
constexpr std::chrono::seconds kBounded{4};

std::string Gzip(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 9, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

ScriptedAnswer WithLength(std::size_t size) {
  return ScriptedAnswer::Json(200, std::string(size, 'x'));
}

class NetProviderClientTest : public testing::Test {
 protected:
  NetProviderClientTest() : resolver_({}, net::Resolver::SystemLookup(), clock_) {
    net::EgressOptions egress;
    egress.allow_loopback = true;
    settings_.egress = std::make_shared<const net::EgressPolicy>(egress);
  }

  /// A resource at `base_url`; `more` is merged into its document.
  static ResourcePointer At(const std::string& base_url, const Json& more = Json::object()) {
    store::Resource resource;
    resource.id = 1;
    resource.slug = "idp";
    resource.document.body =
        Json{{"slug", "idp"}, {"name", "n"}, {"base_url", base_url}, {"auth", {{"type", "none"}}}};
    resource.document.body.update(more);
    return std::dynamic_pointer_cast<const request::CompiledResource>(
        request::CompileResource(resource));
  }

  Result<ProviderReply> Send(const std::string& url, const ResourcePointer& resource,
                             std::size_t max_bytes = kTokenAnswerBytes) {
    if (!client_) {
      shared_.emplace(settings_);
      client_.emplace(context_, resolver_, *shared_, clock_);
    }
    ProviderCall call;
    call.method = "POST";
    call.request.url = *http::ParseUrl(url);
    http::FieldLines fields;
    fields.AddNumber("Content-Length", 7);
    call.request.head = Secret(*http::WriteRequestHead(
        "POST", call.request.url.path, call.request.url.origin.HostField(), fields));
    call.request.body = Secret("a=b&c=d");
    call.max_bytes = max_bytes;
    call.resource = resource;
    call.target_timeouts = target_timeouts_;
    const SteadyTime start = clock_.Steady();
    Result<ProviderReply> reply = test::RunTask(context_, client_->Send(std::move(call)));
    took_ = clock_.Steady() - start;
    return reply;
  }
  Result<ProviderReply> Send(const ScriptedProvider& provider) {
    return Send(provider.url() + "/token", At(provider.url()));
  }

  /// The provider's certificate is for `name`.
  [[nodiscard]] TargetTls Serving(const std::string& name) const {
    CertificateRequest request;
    request.names = {name};
    TargetTls tls;
    tls.certificate = authority_.Issue(request);
    return tls;
  }
  [[nodiscard]] Json Trusting(const std::string& server_name = "") const {
    Json tls{{"verify", true}, {"ca_pem", authority_.certificate_pem()}};
    if (!server_name.empty()) tls["server_name"] = server_name;
    return Json{{"tls", tls}};
  }

  boost::asio::io_context context_{1};
  RealClock clock_;
  net::Resolver resolver_;
  ProviderSettings settings_;
  std::optional<NetProviderClient::Shared> shared_;
  std::optional<NetProviderClient> client_;
  CertificateAuthority authority_{"Sallyport Test CA"};
  SteadyTime::duration took_{};
  std::optional<request::TargetTimeouts> target_timeouts_;
};

TEST_F(NetProviderClientTest, SendsARequestAndReadsTheWholeAnswer) {
  ScriptedProvider provider;
  provider.AnswerTokenOnce(ScriptedAnswer::Json(418, "{\"a\":1}"));
  const Result<ProviderReply> reply = Send(provider);
  ASSERT_TRUE(reply) << reply.error().message();
  EXPECT_EQ(reply->status, 418);
  EXPECT_EQ(reply->body, "{\"a\":1}");
  ASSERT_EQ(provider.token_requests().size(), 1U);
  EXPECT_EQ(provider.token_requests()[0].body, "a=b&c=d");
}

/// The authority of the resource counts where its tokens go, and nowhere else.
TEST_F(NetProviderClientTest, TrustsThePrivateAuthorityWhereTheResourceDoes) {
  ScriptedProvider provider(Serving("IP:127.0.0.1"));
  Json extra = Trusting();
  extra["extra_origins"] = {provider.url()};
  const struct {
    const char* what;
    ResourcePointer resource;
    bool trusted;
  } rows[] = {{"base_url", At(provider.url(), Trusting()), true},
              {"extra_origins", At("https://api.example", extra), true},
              {"another origin", At("https://api.example", Trusting()), false},
              {"no authority", At(provider.url()), false}};
  for (const auto& row : rows) {
    const Result<ProviderReply> reply = Send(provider.url() + "/token", row.resource);
    EXPECT_EQ(static_cast<bool>(reply), row.trusted) << row.what;
    if (!reply && !row.trusted) {
      EXPECT_EQ(reply.error().kind(), ErrorKind::kTlsFailed) << row.what;
    }
  }
  EXPECT_EQ(provider.token_requests().size(), 2U);
}

TEST_F(NetProviderClientTest, RefusesACertificateOfAnotherName) {
  ScriptedProvider provider(Serving("DNS:idp.internal"));
  Json extra = Trusting("idp.internal");
  extra["extra_origins"] = {provider.url()};
  const struct {
    const char* what;
    ResourcePointer resource;
    bool trusted;
  } rows[] = {{"its own name", At(provider.url(), Trusting()), false},
              {"server_name", At(provider.url(), Trusting("idp.internal")), true},
              {"server_name is base_url's", At("https://api.example", extra), false}};
  for (const auto& row : rows) {
    const Result<ProviderReply> reply = Send(provider.url() + "/token", row.resource);
    EXPECT_EQ(static_cast<bool>(reply), row.trusted) << row.what;
    if (!reply && !row.trusted) {
      EXPECT_EQ(reply.error().kind(), ErrorKind::kTlsFailed) << row.what;
    }
  }
  EXPECT_EQ(provider.token_requests().size(), 1U);
}

/// timeouts.token holds for the whole exchange, wherever the provider takes its time.
TEST_F(NetProviderClientTest, BoundsTheWholeExchange) {
  settings_.total = kShort;
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n";
  const struct {
    const char* what;
    std::string bytes;
    ScriptedAnswer::Then then;
  } rows[] = {{"no answer", "", ScriptedAnswer::Then::kHang},
              {"half a head", "HTTP/1.1 200 OK\r\nX-", ScriptedAnswer::Then::kHang},
              {"a head that drips", "HTTP/1.1 200 OK\r\nX: ", ScriptedAnswer::Then::kDrip},
              {"no body", head, ScriptedAnswer::Then::kHang},
              {"a body that drips", head, ScriptedAnswer::Then::kDrip},
              {"a body without end", "HTTP/1.1 200 OK\r\n\r\n", ScriptedAnswer::Then::kDrip}};
  for (const auto& row : rows) {
    ScriptedProvider provider;
    ScriptedAnswer slow = ScriptedAnswer::Raw(row.bytes, row.then);
    provider.AnswerTokenOnce(slow);
    const Result<ProviderReply> reply = Send(provider);
    ASSERT_FALSE(reply) << row.what;
    EXPECT_EQ(reply.error().kind(), ErrorKind::kUpstreamTimeout) << row.what;
    EXPECT_NE(reply.error().message().find("300 ms (timeouts.token)"), std::string::npos)
        << reply.error().message();
    EXPECT_GE(took_, kShort) << row.what;
    EXPECT_LT(took_, kBounded) << row.what;
  }
}

/// A call to the target takes what the resource's own timeouts say, more or less than
/// timeouts.token.
TEST_F(NetProviderClientTest, TheTargetsOwnLimitsWin) {
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n";
  const struct {
    const char* what;
    request::TargetTimeouts own;
    std::string bytes;
    const char* says;
  } rows[] = {{"total", {{}, {}, 300}, head, "The target did not answer completely within 300 ms"},
              {"first byte", {{}, 300, {}}, "", "within 300 ms"}};
  for (const auto& row : rows) {
    ScriptedProvider provider;
    provider.AnswerTokenOnce(ScriptedAnswer::Raw(row.bytes, ScriptedAnswer::Then::kHang));
    target_timeouts_ = row.own;
    const Result<ProviderReply> reply = Send(provider);
    ASSERT_FALSE(reply) << row.what;
    EXPECT_NE(reply.error().message().find(row.says), std::string::npos) << reply.error().message();
    EXPECT_GE(took_, kShort) << row.what;
    EXPECT_LT(took_, kBounded) << row.what;
  }
}

TEST_F(NetProviderClientTest, TheTargetsOwnTotalMayBeLonger) {
  settings_.total = Milliseconds(1);
  target_timeouts_ = request::TargetTimeouts{{}, {}, 10000};
  ScriptedProvider provider;
  provider.AnswerTokenOnce(ScriptedAnswer::Json(200, "{}"));
  EXPECT_TRUE(Send(provider));
}

TEST_F(NetProviderClientTest, BoundsATlsHandshake) {
  settings_.total = kShort;
  test::TlsTarget mute([](test::TargetSide& side, int) { (void)side.ReadToEnd(); });
  const std::string url = "https://127.0.0.1:" + std::to_string(mute.port());
  const Result<ProviderReply> reply = Send(url + "/token", At(url));
  ASSERT_FALSE(reply);
  EXPECT_LT(took_, kBounded);
}

TEST_F(NetProviderClientTest, FollowsNoRedirect) {
  for (const int status : {301, 302, 303, 307, 308}) {
    ScriptedProvider provider;
    ScriptedAnswer moved = ScriptedAnswer::Json(status, "moved");
    moved.headers = {{"Location", provider.url() + "/elsewhere"}};
    provider.AnswerTokenOnce(moved);
    const Result<ProviderReply> reply = Send(provider);
    ASSERT_TRUE(reply) << reply.error().message();
    EXPECT_EQ(reply->status, status);
    EXPECT_TRUE(provider.requests("/elsewhere").empty());
  }
}

TEST_F(NetProviderClientTest, DialsNoProviderThatEgressDenies) {
  ScriptedProvider provider;
  settings_.egress = std::make_shared<const net::EgressPolicy>(net::EgressOptions{});
  for (const std::string& url :
       {provider.url(), "http://localhost:" + std::to_string(provider.port()),
        std::string("http://10.0.0.1:1"), std::string("http://169.254.169.254")}) {
    const Result<ProviderReply> reply = Send(url + "/token", At(url));
    ASSERT_FALSE(reply) << url;
    EXPECT_EQ(reply.error().kind(), ErrorKind::kEgressDenied) << url;
  }
  EXPECT_EQ(provider.connections(), 0);
}

TEST_F(NetProviderClientTest, ReadsAnAnswerUpToItsLimit) {
  const std::string chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string chunk = "10000\r\n" + std::string(0x10000, 'x') + "\r\n";
  std::string sixteen = chunked;
  for (int i = 0; i < 16; ++i) sixteen += chunk;  // 1 MiB
  const struct {
    const char* what;
    ScriptedAnswer answer;
    bool read;
  } rows[] = {
      {"the limit", WithLength(kTokenAnswerBytes), true},
      {"one byte more", WithLength(kTokenAnswerBytes + 1), false},
      {"the limit in chunks",
       ScriptedAnswer::Raw(sixteen + "0\r\n\r\n", ScriptedAnswer::Then::kClose), true},
      {"one byte more in chunks",
       ScriptedAnswer::Raw(sixteen + "1\r\nx\r\n0\r\n\r\n", ScriptedAnswer::Then::kClose), false}};
  for (const auto& row : rows) {
    ScriptedProvider provider;
    provider.AnswerTokenOnce(row.answer);
    const Result<ProviderReply> reply = Send(provider);
    EXPECT_EQ(static_cast<bool>(reply), row.read) << row.what;
    if (reply) {
      EXPECT_EQ(reply->body.size(), kTokenAnswerBytes) << row.what;
    } else {
      EXPECT_EQ(reply.error().kind(), ErrorKind::kUpstreamTooLarge) << row.what;
    }
  }
}

TEST_F(NetProviderClientTest, DoesNotWaitForABodyThatNobodyReads) {
  ScriptedProvider provider;
  provider.AnswerTokenOnce(
      ScriptedAnswer::Raw("HTTP/1.1 204 OK\r\n\r\n", ScriptedAnswer::Then::kHang));
  provider.AnswerTokenOnce(ScriptedAnswer::Raw("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
                                               ScriptedAnswer::Then::kHang));
  for (const int status : {204, 200}) {
    const Result<ProviderReply> reply = Send(provider.url() + "/token", At(provider.url()), 0);
    ASSERT_TRUE(reply) << reply.error().message();
    EXPECT_EQ(reply->status, status);
    EXPECT_LT(took_, kBounded);
  }
}

TEST_F(NetProviderClientTest, TakesNoCutAnswerForAWholeOne) {
  const struct {
    std::string bytes;
    ErrorKind kind;
  } rows[] = {{"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{\"a\":1}", ErrorKind::kUpstreamReset},
              {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7\r\n{\"a\":1}\r\n",
               ErrorKind::kUpstreamReset},
              {"HTTP/1.1 200 OK\r\nContent-Le", ErrorKind::kUpstreamReset},
              {"", ErrorKind::kUpstreamReset},
              {"garbage\r\n\r\n", ErrorKind::kUpstreamProtocolError}};
  for (const auto& row : rows) {
    ScriptedProvider provider;
    provider.AnswerTokenOnce(ScriptedAnswer::Raw(row.bytes, ScriptedAnswer::Then::kClose));
    const Result<ProviderReply> reply = Send(provider);
    ASSERT_FALSE(reply) << row.bytes;
    EXPECT_EQ(reply.error().kind(), row.kind) << row.bytes;
  }
}

TEST_F(NetProviderClientTest, TakesOffAContentCoding) {
  const struct {
    const char* what;
    std::string coding;
    std::string bytes;
    std::string read;  ///< "": refused
  } rows[] = {{"gzip", "gzip", Gzip("{\"a\":1}"), "{\"a\":1}"},
              {"the limit", "x-gzip", Gzip(std::string(1000, 'x')), std::string(1000, 'x')},
              {"a bomb", "gzip", Gzip(std::string(1001, 'x')), ""},
              {"cut", "gzip", Gzip("{\"a\":1}").substr(0, 20), ""},
              {"not what it says", "gzip", "{\"a\":1}", ""},
              {"identity", "identity", "{\"a\":1}", "{\"a\":1}"},
              {"unknown", "zstd", "bytes", "bytes"}};
  for (const auto& row : rows) {
    ScriptedProvider provider;
    ScriptedAnswer coded = ScriptedAnswer::Json(200, row.bytes);
    coded.headers = {{"Content-Encoding", row.coding}};
    provider.AnswerTokenOnce(coded);
    const Result<ProviderReply> reply = Send(provider.url() + "/token", At(provider.url()), 1000);
    EXPECT_EQ(reply ? reply->body : "", row.read) << row.what;
  }
}

/// A provider that closes its idle connections at the moment of the next request would cost a
/// refresh, which cannot be sent again: nobody knows whether it was read.
TEST_F(NetProviderClientTest, SendsEveryRequestOnAConnectionOfItsOwn) {
  ScriptedProvider provider;
  for (int i = 1; i <= 3; ++i) {
    provider.AnswerTokenOnce(ScriptedAnswer::Json(200, "{}"));
    const Result<ProviderReply> reply = Send(provider);
    ASSERT_TRUE(reply) << reply.error().message();
    EXPECT_EQ(provider.connections(), i);
  }
}

}  // namespace
}  // namespace sallyport::oauth
