// Callers that attack: floods of connections, pipelines, bodies that cost more to read or to build
// than to send. Each costs bounded memory and time, and nobody else's calls.
#include <gmock/gmock.h>
#include <sys/resource.h>

#include <ctime>
#include <vector>

#include "support/query_fixture.h"
#include "support/raw_client.h"
#include "support/scripted_target.h"
#include "support/wait_until.h"

namespace sallyport::test {
namespace {

using testing::HasSubstr;

constexpr std::size_t kMiB = 1024 * 1024;
/// How long the gateway may take until it serves again.
constexpr std::chrono::seconds kComesBack{5};

// Sanitizers keep freed memory for a while, and cost a factor of ten.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t kMemoryFactor = 20;
constexpr double kTimeFactor = 10;
#else
constexpr std::size_t kMemoryFactor = 1;
constexpr double kTimeFactor = 1;
#endif

const std::string kAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

class HostileCaller : public QueryFixture {
 protected:
  void SetUp() override { StartGateway(); }

  [[nodiscard]] RawClient Connect() const { return RawClient::Tcp(gateway_->port()); }
  [[nodiscard]] std::string Head(const std::string& line) const {
    return line + " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + gateway_->admin_key() + "\r\n";
  }
  /// The CPU seconds that the gateway took for what `action` does.
  template <typename Action>
  double CpuOf(Action action) {
    const double before = gateway_->cpu_seconds();
    action();
    return gateway_->cpu_seconds() - before;
  }
};

TEST_F(HostileCaller, ThousandsThatAreRefusedAndSendOnCostNoMemory) {
  constexpr int kCallers = 1500;
  const std::uint64_t before = gateway_->resident_bytes();
  const std::string junk(60000, 'x');
  std::vector<RawClient> clients;
  for (int i = 0; i < kCallers; ++i) {
    clients.push_back(Connect());
    clients.back().Send("GET / HTTP/1.1\r\nHost: a\r\nno field\r\n\r\n");
  }
  for (RawClient& client : clients) EXPECT_THAT(client.ReadAnswer(), HasSubstr(" 400 "));
  for (RawClient& client : clients) client.Send(junk);  // within the time that the gateway lingers
  const HttpResponse alive = Api("GET", "/api/v1/session");
  EXPECT_EQ(alive.status, 200);
  // A buffer for each would be 90 MiB.
  EXPECT_LT(gateway_->peak_bytes() - before, 40 * kMiB * kMemoryFactor);
}

TEST_F(HostileCaller, DescriptorsThatRunOutAreToldAndComeBack) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "sanitizers need descriptors themselves, to see whether memory can be read";
#endif
  ScriptedTarget target(ScriptedTarget::Always(kAnswer));
  CreateResource("t", target.url());
  RawClient kept = Connect();
  kept.Send(Head("GET /healthz") + "\r\n");
  ASSERT_THAT(kept.ReadAnswer(), HasSubstr(" 200 "));  // it is accepted, and not only by the kernel
  const rlimit few{gateway_->open_descriptors() + 20, gateway_->open_descriptors() + 20};
  ASSERT_EQ(prlimit(gateway_->pid(), RLIMIT_NOFILE, &few, nullptr), 0);
  {
    std::vector<RawClient> flood;
    for (int i = 0; i < 60; ++i) flood.push_back(Connect());
    ASSERT_TRUE(gateway_->WaitForStderr("cannot accept connections", std::chrono::seconds(5)));

    kept.Send(Head("GET /proxy/t/x") + "\r\n");
    const std::string refused = kept.ReadAnswer();
    EXPECT_THAT(refused, HasSubstr(" 503 "));
    EXPECT_THAT(refused, HasSubstr("\"code\":\"overloaded\""));
    EXPECT_THAT(refused, HasSubstr("Retry-After: 1"));
    // The shards rest instead of asking the kernel again and again.
    const double cpu = CpuOf([&] {
      kept.Send(Head("POST /proxy/t/x") + "Content-Length: 1\r\n\r\n");
      EXPECT_THAT(kept.ReadAnswer(), HasSubstr(" 503 "));  // the body never comes
    });
    EXPECT_LT(cpu, 1.0 * kTimeFactor);
  }
  EXPECT_TRUE(WaitUntil([&] { return Proxy("GET", "t/x").status == 200; }, kComesBack));
}

TEST_F(HostileCaller, CallersCannotTakeTheDescriptorsOfTargets) {
  ScriptedTarget target(ScriptedTarget::Always(kAnswer));
  CreateResource("t", target.url());
  const rlimit few{264, 264};
  ASSERT_EQ(prlimit(gateway_->pid(), RLIMIT_NOFILE, &few, nullptr), 0);
  gateway_->Signal(SIGHUP);
  ASSERT_TRUE(gateway_->WaitForStderr("\"reloaded\"", std::chrono::seconds(5)));
  RawClient kept = Connect();
  kept.Send(Head("GET /healthz") + "\r\n");
  ASSERT_THAT(kept.ReadAnswer(), HasSubstr(" 200 "));
  std::vector<RawClient> idle;
  for (int i = 0; i < 300; ++i) idle.push_back(Connect());
  // (264 - 64) * 3/4 callers are served. The others are told, or closed where these are many
  // already, and a call still reaches its target.
  (void)idle.back().ReadToEnd();
  EXPECT_NE(idle.back().end(), RawClient::End::kOutOfPatience);
  kept.Send(Head("GET /proxy/t/x") + "\r\n");
  EXPECT_THAT(kept.ReadAnswer(), HasSubstr(" 200 "));
  idle.clear();
  EXPECT_TRUE(
      WaitUntil([&] { return Proxy("GET", "t/x").status == 200; }, std::chrono::seconds(5)));
}

TEST_F(HostileCaller, DocumentsOfNothingButMistakesCostLittle) {
  CreateResource("t", "http://127.0.0.1:1",
                 {{"auth",
                   {{"type", "oauth2"},
                    {"grant", "authorization_code"},
                    {"authorization_url", "http://127.0.0.1:1/a"},
                    {"token_url", "http://127.0.0.1:1/t"},
                    {"client_id", "a"},
                    {"client_secret", "b"}}}});
  TestJson unknown = TestJson::object();
  for (int i = 0; i < 100'000; ++i) unknown["k" + std::to_string(i)] = 1;
  const TestJson rows(100'000, 5);
  const double cpu = CpuOf([&] {
    for (const auto& [method, path, body] :
         std::vector<std::tuple<std::string, std::string, TestJson>>{
             {"POST", "/api/v1/resources/t/login", unknown},
             {"PATCH", "/api/v1/resources/t", unknown},
             {"PATCH", "/api/v1/resources/t", {{"variables", unknown}}},
             {"PATCH", "/api/v1/resources/t", {{"params", rows}}}}) {
      const HttpResponse answer = Api(method, path, body);
      EXPECT_EQ(answer.status, 422) << path;
      EXPECT_LT(answer.body.size(), 100'000U) << path;
    }
  });
  // Minutes, where each mistake is looked for among all earlier ones.
  EXPECT_LT(cpu, 8.0 * kTimeFactor);
}

TEST_F(HostileCaller, AFormOfManyPartsCostsLittle) {
  CreateResource("t", "http://127.0.0.1:1");
  SaveQuery("t", "q",
            {{"method", "POST"}, {"path", "/"}, {"inputs", {{{"name", "a"}, {"type", "string"}}}}});
  std::vector<FormPart> parts;
  for (int i = 0; i < 60'000; ++i) parts.push_back({"f" + std::to_string(i), "v", "", ""});
  const double cpu =
      CpuOf([&] { EXPECT_EQ(CodeOf(RunForm("t", "q", parts)), "payload_too_large"); });
  EXPECT_LT(cpu, 5.0 * kTimeFactor);
}

TEST_F(HostileCaller, AValueThatStandsInManyPlacesIsRefusedBeforeItIsBuilt) {
  ScriptedTarget target(ScriptedTarget::Always(kAnswer));
  CreateResource("t", target.url());
  std::string text;
  for (int i = 0; i < 500; ++i) text += "{{a}}";
  SaveQuery("t", "q",
            {{"method", "POST"}, {"path", "/"}, {"body", {{"type", "raw"}, {"text", text}}}});
  const std::uint64_t before = gateway_->resident_bytes();
  const HttpResponse answer = Api("POST", "/api/v1/resources/t/queries/q/run",
                                  {{"params", {{"a", std::string(4 * kMiB, 'x')}}}});
  EXPECT_EQ(answer.status, 413);
  EXPECT_EQ(CodeOf(answer), "payload_too_large");
  EXPECT_LT(gateway_->peak_bytes() - before, 100 * kMiB * kMemoryFactor);  // of 2 GiB
  EXPECT_EQ(target.received(), "");
}

}  // namespace
}  // namespace sallyport::test
