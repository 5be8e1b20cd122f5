// SIGTERM, SIGHUP, and what the command line does beside a running gateway.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "sallyport/base/json.h"
#include "support/gateway_process.h"
#include "support/http_client.h"

namespace sallyport::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Drain, EndsAtOnceWhenNothingIsInFlight) {
  GatewayProcess gateway({});
  ASSERT_TRUE(gateway.Start()) << gateway.stderr_text();
  const RawConnection idle(gateway.port());
  EXPECT_EQ(gateway.Stop(seconds(5)), 0) << gateway.stderr_text();
  EXPECT_THAT(gateway.stderr_text(), HasSubstr("\"draining\""));
}

TEST(Drain, ServesCallsDuringTheGraceWhileReadinessIsGone) {
  GatewayOptions options;
  options.config = "timeouts: { drain_grace: 60s }";
  GatewayProcess gateway(options);
  ASSERT_TRUE(gateway.Start()) << gateway.stderr_text();
  gateway.Signal(SIGTERM);
  EXPECT_TRUE(WaitUntil([&] { return HttpGet(gateway.base_url() + "/readyz").status == 503; },
                        seconds(10)));
  EXPECT_EQ(HttpGet(gateway.base_url() + "/api/v1/session", {Bearer(gateway.admin_key())}).status,
            200);
  gateway.Signal(SIGTERM);  // the second stops at once
  EXPECT_EQ(gateway.WaitExit(seconds(10)), 0);
}

TEST(Drain, NewCallsAreRefusedWhileOneIsInFlightAndThatOneEnds) {
  GatewayProcess gateway({});
  ASSERT_TRUE(gateway.Start()) << gateway.stderr_text();
  RawConnection slow(gateway.port());
  ASSERT_TRUE(slow.Send("POST /api/v1/sessions HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " +
                        gateway.admin_key() +
                        "\r\nContent-Type: application/json\r\nContent-Length: 16\r\n"
                        "Expect: 100-continue\r\n\r\n"));
  ASSERT_THAT(slow.ReadUntil("\r\n\r\n", seconds(10)), HasSubstr("100"));  // it is in flight
  RawConnection kept(gateway.port());
  ASSERT_TRUE(kept.Send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_THAT(kept.ReadUntil("\r\n\r\n", seconds(10)), HasSubstr("200"));
  gateway.Signal(SIGTERM);
  HttpResponse refused;
  EXPECT_TRUE(WaitUntil(
      [&] {
        refused = HttpGet(gateway.base_url() + "/api/v1/session", {Bearer(gateway.admin_key())});
        return refused.status == 503;
      },
      seconds(10)));
  EXPECT_THAT(refused.body, HasSubstr("\"draining\""));
  EXPECT_EQ(refused.Header("Connection"), "close");
  ASSERT_TRUE(kept.Send("GET /api/v1/session HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_THAT(kept.ReadToEnd(seconds(10)), HasSubstr("503 ")) << "a kept connection is told, too";
  EXPECT_FALSE(gateway.exit_code().has_value());
  ASSERT_TRUE(slow.Send("{\"user\":\"alice\"}"));
  const HttpResponse answer = ParseHttpResponse(slow.ReadToEnd(seconds(10)), "POST", true);
  EXPECT_EQ(answer.status, 201) << answer.body;
  EXPECT_EQ(gateway.WaitExit(seconds(10)), 0);
}

TEST(Drain, EndsWhenItsTimeIsOver) {
  GatewayOptions options;
  options.config = "timeouts: { drain: 100ms }";
  GatewayProcess gateway(options);
  ASSERT_TRUE(gateway.Start()) << gateway.stderr_text();
  RawConnection slow(gateway.port());
  ASSERT_TRUE(slow.Send("GET /healthz HTTP/1.1\r\nHost: a\r\nX-Never: "));
  gateway.Signal(SIGTERM);
  EXPECT_EQ(gateway.WaitExit(seconds(10)), 0);
}

TEST(Reload, TakesNewSettingsAndKeepsTheOldOnesOnError) {
  GatewayOptions options;
  options.config = "log: { level: info }";
  GatewayProcess gateway(options);
  ASSERT_TRUE(gateway.Start()) << gateway.stderr_text();
  const std::string session = gateway.base_url() + "/api/v1/session";
  const std::string first_key = gateway.admin_key();

  const std::string second_key = "spk_another-admin-key-0123456789";
  std::ofstream(gateway.directory() + "/admin.key", std::ios::trunc) << second_key;
  gateway.WriteConfig("threads: 1\nlog: { access: false }");
  gateway.Signal(SIGHUP);
  ASSERT_TRUE(gateway.WaitForStderr("\"reloaded\"", seconds(10))) << gateway.stderr_text();
  EXPECT_THAT(gateway.stderr_text(), HasSubstr("threads has changed: it takes a restart"));
  EXPECT_TRUE(
      WaitUntil([&] { return HttpGet(session, {Bearer(second_key)}).status == 200; }, seconds(10)));
  EXPECT_EQ(HttpGet(session, {Bearer(first_key)}).status, 401);

  gateway.WriteConfig("log: { level: loud }");
  gateway.Signal(SIGHUP);
  ASSERT_TRUE(gateway.WaitForStderr("reload failed, the old settings stay", seconds(10)));
  EXPECT_EQ(HttpGet(session, {Bearer(second_key)}).status, 200);
}

/// "http://ADDRESS:PORT" of the last line `listening` that names the address.
std::string UrlOf(const GatewayProcess& gateway, const std::string& address) {
  std::string url;
  for (const std::string& line : gateway.stderr_lines()) {
    const Json entry = Json::parse(line, nullptr, false);
    if (!entry.is_object() || entry.value("msg", "") != "listening") continue;
    const std::string endpoint = entry.value("address", "");
    if (endpoint.rfind(address + ":", 0) == 0) url = "http://" + endpoint;
  }
  return url;
}

class OpsReload : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(gateway_.Start()) << gateway_.stderr_text();
    first_ = gateway_.ops_url();
    ASSERT_EQ(HttpGet(first_ + "/healthz").status, 200);
  }
  static GatewayOptions Options() {
    GatewayOptions options;
    options.config = With("[\"127.0.0.1:0\"]");
    return options;
  }
  static std::string With(const std::string& ops_listen) {
    return "egress: {allow: [\"127.0.0.0/8\"]}\nops_listen: " + ops_listen + "\n";
  }
  /// Waits for the line `answer`, the next one of its kind.
  bool Reload(const std::string& ops_listen, const std::string& answer) {
    gateway_.WriteConfig(With(ops_listen));
    gateway_.Signal(SIGHUP);
    return gateway_.WaitForStderr(answer, seconds(10), ++lines_[answer]);
  }

  GatewayProcess gateway_{Options()};
  std::string first_;
  std::map<std::string, int> lines_;
};

TEST_F(OpsReload, OpensWhatIsNewKeepsWhatStaysAndClosesWhatWent) {
  ASSERT_TRUE(Reload(R"(["127.0.0.1:0", "127.0.0.1:0"])", "\"reloaded\""))
      << gateway_.stderr_text();
  const std::string second = UrlOf(gateway_, "127.0.0.1");  // the last one that was told
  ASSERT_NE(second, first_);
  EXPECT_EQ(HttpGet(second + "/metrics").status, 200) << "a door of its own needs no key";
  EXPECT_EQ(HttpGet(first_ + "/healthz").status, 200) << "the port that was picked stays";

  ASSERT_TRUE(Reload(R"(["127.0.0.1:0"])", "\"reloaded\"")) << gateway_.stderr_text();
  EXPECT_TRUE(WaitUntil([&] { return HttpGet(second + "/healthz").status == 0; }, seconds(10)));
  EXPECT_EQ(HttpGet(first_ + "/healthz").status, 200);
  EXPECT_THAT(gateway_.stderr_text(), HasSubstr("\"listening no more\""));
  EXPECT_THAT(gateway_.stderr_text(), Not(HasSubstr("takes a restart")));
  EXPECT_EQ(gateway_.Stop(), 0) << gateway_.stderr_text();
}

TEST_F(OpsReload, AnAddressThatCannotBeOpenedFailsTheWholeReload) {
  ASSERT_TRUE(Reload(R"(["127.0.0.2:0", "192.0.2.1:1"])", "reload failed"))
      << gateway_.stderr_text();
  EXPECT_THAT(gateway_.stderr_text(), HasSubstr("cannot listen on 192.0.2.1:1"));
  EXPECT_EQ(HttpGet(first_ + "/healthz").status, 200) << "the old settings stay";
  EXPECT_EQ(UrlOf(gateway_, "127.0.0.2"), "");
}

TEST_F(OpsReload, TheNewListenerIsNoTarget) {
  ASSERT_TRUE(Reload(R"(["127.0.0.2:0"])", "\"reloaded\"")) << gateway_.stderr_text();
  const std::string resource =
      R"({"slug":"self","base_url":")" + UrlOf(gateway_, "127.0.0.2") + R"("})";
  ASSERT_EQ(HttpJson("POST", gateway_.base_url() + "/api/v1/resources", resource,
                     {Bearer(gateway_.admin_key())})
                .status,
            201);
  const HttpResponse refused =
      HttpGet(gateway_.base_url() + "/proxy/self/metrics", {Bearer(gateway_.admin_key())});
  EXPECT_EQ(refused.status, 502);
  EXPECT_THAT(refused.body, HasSubstr("egress_denied"));
}

TEST(Reload, AFileThatCannotBeReadIsToldByName) {
  GatewayProcess gateway({});
  ASSERT_TRUE(gateway.Start()) << gateway.stderr_text();
  std::filesystem::remove(gateway.config_file());
  std::filesystem::create_directory(gateway.config_file());
  gateway.Signal(SIGHUP);
  ASSERT_TRUE(gateway.WaitForStderr("reload failed, the old settings stay", seconds(10)));
  EXPECT_THAT(gateway.stderr_text(),
              HasSubstr("sallyport.yaml: the configuration file cannot be read: Is a directory"));
  EXPECT_EQ(HttpGet(gateway.base_url() + "/healthz").status, 200);
}

class CommandLineTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(gateway_.Start()) << gateway_.stderr_text(); }

  CommandResult Run(std::vector<std::string> words) {
    words.insert(words.end(), {"--config", gateway_.config_file()});
    return RunSallyport(words);
  }
  std::string Url(const std::string& path) { return gateway_.base_url() + path; }

  GatewayProcess gateway_{GatewayOptions{}};
};

TEST_F(CommandLineTest, ApiKeysWorkBesideARunningGatewayAndWithout) {
  for (const bool running : {true, false}) {
    SCOPED_TRACE(running ? "running" : "stopped");
    if (!running) {
      ASSERT_EQ(gateway_.Stop(), 0);
    }
    const CommandResult made = Run({"api-key", "create", running ? "one" : "two"});
    ASSERT_EQ(made.exit_code, 0) << made.err;
    ASSERT_EQ(made.out.rfind("spk_", 0), 0U) << made.out;
    const std::string key = made.out.substr(0, made.out.find('\n'));
    const CommandResult list = Run({"api-key", "list"});
    EXPECT_THAT(list.out, HasSubstr(running ? "one" : "two"));
    EXPECT_EQ(list.out.find(key), std::string::npos);
    if (!running) {
      ASSERT_TRUE(gateway_.Start());
    }
    EXPECT_EQ(HttpGet(Url("/api/v1/session"), {Bearer(key)}).status, 200);
    const std::string id = made.err.substr(3, made.err.find(',') - 3);
    EXPECT_EQ(Run({"api-key", "revoke", id}).exit_code, 0);
    EXPECT_EQ(HttpGet(Url("/api/v1/session"), {Bearer(key)}).status, 401);
    EXPECT_EQ(Run({"api-key", "revoke", id}).exit_code, 1);
  }
}

TEST_F(CommandLineTest, KeysRotateOnlineAndOffline) {
  const std::string resource =
      R"({"slug":"a","name":"A","base_url":"http://127.0.0.1:1","auth":{"type":"bearer","token":"t"}})";
  ASSERT_EQ(
      HttpJson("POST", Url("/api/v1/resources"), resource, {Bearer(gateway_.admin_key())}).status,
      201);
  const CommandResult online = Run({"keys", "rotate"});
  EXPECT_EQ(online.exit_code, 0) << online.err;
  EXPECT_THAT(online.out, HasSubstr("resealed 1 values"));
  ASSERT_EQ(gateway_.Stop(), 0);
  const CommandResult offline = Run({"keys", "rotate"});
  EXPECT_EQ(offline.exit_code, 0) << offline.err;
  EXPECT_THAT(offline.out, HasSubstr("resealed 1 values"));
  const CommandResult list = Run({"keys", "list"});
  EXPECT_THAT(list.out, HasSubstr("k1"));
  EXPECT_THAT(list.out, HasSubstr("active"));
  ASSERT_TRUE(gateway_.Start()) << gateway_.stderr_text();
}

TEST_F(CommandLineTest, TheAuditNamesTheCommandLineInOneWay) {
  ASSERT_EQ(Run({"keys", "rotate"}).exit_code, 0);
  ASSERT_EQ(Run({"api-key", "create", "online"}).exit_code, 0);
  ASSERT_EQ(gateway_.Stop(), 0);
  ASSERT_EQ(Run({"keys", "rotate"}).exit_code, 0);
  ASSERT_EQ(Run({"api-key", "create", "offline"}).exit_code, 0);
  ASSERT_TRUE(gateway_.Start()) << gateway_.stderr_text();
  const HttpResponse answer = HttpGet(Url("/api/v1/audit"), {Bearer(gateway_.admin_key())});
  const Json items = Json::parse(answer.body)["items"];
  ASSERT_EQ(items.size(), 4U) << answer.body;
  for (const Json& item : items) {
    EXPECT_EQ(item["actor"], Json::parse(R"({"kind":"control","id":"control","name":"control"})"))
        << item.dump();
    EXPECT_EQ(item["peer"], "local") << item.dump();
  }
}

TEST_F(CommandLineTest, BackupOfARunningGatewayStartsAnother) {
  ASSERT_EQ(
      HttpJson("POST", Url("/api/v1/sessions"), R"({"user":"u"})", {Bearer(gateway_.admin_key())})
          .status,
      201);
  const std::string copy = gateway_.directory() + "/copy.db";
  const CommandResult backup = Run({"backup", copy});
  ASSERT_EQ(backup.exit_code, 0) << backup.err;
  EXPECT_EQ(Run({"backup", copy}).exit_code, 1);  // never over a file that exists

  GatewayProcess other(GatewayOptions{});
  std::filesystem::create_directory(other.data_dir());
  std::filesystem::copy_file(copy, other.data_dir() + "/sallyport.db");
  ASSERT_TRUE(other.Start()) << other.stderr_text();
  const HttpResponse sessions =
      HttpGet(other.base_url() + "/api/v1/sessions", {Bearer(other.admin_key())});
  EXPECT_THAT(sessions.body, HasSubstr("\"user\":\"u\""));
}

TEST_F(CommandLineTest, HealthcheckTellsReadyFromNot) {
  EXPECT_EQ(Run({"healthcheck"}).exit_code, 0);
  EXPECT_EQ(Run({"healthcheck"}).out, "ready\n");
  ASSERT_EQ(gateway_.Stop(), 0);
  const CommandResult stopped = Run({"healthcheck"});
  EXPECT_EQ(stopped.exit_code, 1);
  EXPECT_THAT(stopped.err, HasSubstr("no gateway runs"));
}

TEST_F(CommandLineTest, ControlSocketIsForItsOwnerAndRotatesByPostOnly) {
  const std::string path = gateway_.data_dir() + "/control.sock";
  struct stat info {};
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
  HttpRequest request;
  request.url = "http://localhost/control/keys/rotate";
  request.unix_socket = path;
  EXPECT_EQ(HttpSend(request).status, 405);
  request.url = "http://localhost/control/other";
  request.method = "POST";
  EXPECT_EQ(HttpSend(request).status, 404);
  EXPECT_EQ(
      HttpJson("POST", Url("/control/keys/rotate"), "", {Bearer(gateway_.admin_key())}).status,
      404);
}

TEST_F(CommandLineTest, MetricsAndReadinessSpeakOfTheWholeProcess) {
  const HttpResponse metrics = HttpGet(Url("/metrics"), {Bearer(gateway_.admin_key())});
  EXPECT_EQ(metrics.status, 200);
  EXPECT_THAT(metrics.body, HasSubstr("sallyport_ready 1\n"));
  EXPECT_THAT(metrics.body, HasSubstr("http_server_request_duration_seconds_count{"));
  const HttpResponse ready = HttpGet(Url("/readyz?verbose"), {Bearer(gateway_.admin_key())});
  EXPECT_THAT(ready.body, HasSubstr("\"store\":{\"ok\":true}"));
}

}  // namespace
}  // namespace sallyport::test
