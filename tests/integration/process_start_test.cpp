// What stops a start: exactly one line of level error, exit code 2, nothing touched but the lock.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>

#include "sallyport/base/json.h"
#include "support/gateway_process.h"
#include "support/http_client.h"

namespace sallyport::test {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

void Write(const std::string& path, const std::string& text, mode_t mode = 0600) {
  std::ofstream(path, std::ios::trunc) << text;
  chmod(path.c_str(), mode);
}

/// Every file below with its bytes, but for the lock.
std::map<std::string, std::string> Contents(const std::string& directory) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (!entry.is_regular_file() || entry.path().filename() == "sallyport.lock") continue;
    std::ifstream file(entry.path());
    files[entry.path()] = {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }
  return files;
}

/// Starts, and expects the refusal with `message`.
void ExpectRefusal(GatewayProcess& gateway, const std::string& message) {
  const auto before = Contents(gateway.directory());
  EXPECT_FALSE(gateway.Start());
  EXPECT_EQ(gateway.WaitExit(std::chrono::seconds(10)), 2) << gateway.stderr_text();
  int errors = 0;
  for (const std::string& line : gateway.stderr_lines()) {
    const Json json = Json::parse(line, nullptr, false);
    ASSERT_TRUE(json.is_object()) << line;
    if (json.value("level", "") != "error") continue;
    ++errors;
    EXPECT_THAT(json.value("msg", ""), HasSubstr(message));
  }
  EXPECT_EQ(errors, 1) << gateway.stderr_text();
  EXPECT_EQ(gateway.stdout_text(), "");
  EXPECT_EQ(Contents(gateway.directory()), before);
}

TEST(StartRefusals, BadKeyFiles) {
  struct Case {
    std::string name;
    std::function<void(const std::string& directory)> damage;
    std::string message;
  };
  const std::string zeros(44, 'A');
  const std::vector<Case> cases = {
      {"no master key", [](const std::string& d) { fs::remove(d + "/master.key"); }, "master.key"},
      {"empty", [](const std::string& d) { Write(d + "/master.key", ""); }, "is empty"},
      {"short", [](const std::string& d) { Write(d + "/master.key", "c2hvcnQ="); },
       "master key k1"},
      {"zero", [](const std::string& d) { Write(d + "/master.key", std::string(64, '0')); },
       "master key k1"},
      {"repeated", [](const std::string& d) { Write(d + "/master.key", std::string(64, 'a')); },
       "master key k1"},
      {"readable", [](const std::string& d) { chmod((d + "/master.key").c_str(), 0644); },
       "can be read by others"},
      {"group", [](const std::string& d) { chmod((d + "/master.key").c_str(), 0640); },
       "can be read by others"},
      {"no admin key", [](const std::string& d) { fs::remove(d + "/admin.key"); }, "admin.key"},
      {"admin readable", [](const std::string& d) { chmod((d + "/admin.key").c_str(), 0604); },
       "can be read by others"},
      {"admin short", [](const std::string& d) { Write(d + "/admin.key", "123456789012345"); },
       "at least 16"},
      {"admin blank", [](const std::string& d) { Write(d + "/admin.key", "1234567890 123456"); },
       "no blanks"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    GatewayProcess gateway({});
    c.damage(gateway.directory());
    ExpectRefusal(gateway, c.message);
    EXPECT_FALSE(fs::exists(gateway.data_dir()));
  }
}

TEST(StartRefusals, ConfigurationProblemsAreOneLine) {
  GatewayOptions options;
  options.config = "log: { level: loud }\nlisten_on: 1\n";
  GatewayProcess gateway(options);
  ExpectRefusal(gateway, "unknown key");
  EXPECT_THAT(gateway.stderr_text(), HasSubstr("log.level"));
  EXPECT_THAT(gateway.stderr_text(), HasSubstr("check-config"));
}

TEST(StartRefusals, AConfigurationThatCannotBeReadIsOneLine) {
  GatewayProcess gateway({});
  fs::remove(gateway.config_file());
  fs::create_directory(gateway.config_file());
  ExpectRefusal(gateway, "sallyport.yaml: the configuration file cannot be read: Is a directory");
}

TEST(StartRefusals, SecondProcessOnTheSameDataIsLockedOut) {
  GatewayProcess first({});
  ASSERT_TRUE(first.Start()) << first.stderr_text();
  GatewayOptions options;
  options.config = "data_dir: " + first.data_dir();
  GatewayProcess second(options);
  ExpectRefusal(second, std::to_string(first.pid()));
  EXPECT_EQ(HttpGet(first.base_url() + "/healthz").status, 200);
}

TEST(StartRefusals, PortInUse) {
  GatewayProcess first({});
  ASSERT_TRUE(first.Start()) << first.stderr_text();
  GatewayOptions options;
  options.config = "listen: [\"127.0.0.1:" + std::to_string(first.port()) + "\"]";
  GatewayProcess second(options);
  ExpectRefusal(second, "address in use");
  EXPECT_FALSE(fs::exists(second.data_dir()));
}

TEST(StartRefusals, DamagedDatabases) {
  GatewayProcess gateway({});
  ASSERT_TRUE(gateway.Start()) << gateway.stderr_text();
  ASSERT_EQ(gateway.Stop(), 0);
  const std::string database = gateway.data_dir() + "/sallyport.db";
  const std::string good = Contents(gateway.directory()).at(database);
  for (const std::string& bad :
       {std::string(), std::string("not a database"), good.substr(0, good.size() / 2)}) {
    Write(database, bad);
    ExpectRefusal(gateway, "sallyport.db");
  }
  Write(database, good);
  Write(gateway.directory() + "/master.key", std::string(32, 'a') + std::string(32, '7'));
  ExpectRefusal(gateway, "master");
}

TEST(DevMode, MakesItsKeysAndPrintsACurlLineThatWorks) {
  GatewayOptions options;
  options.with_config_file = false;
  options.arguments = {"--dev", "--listen", "127.0.0.1:0", "--data-dir", "data"};
  GatewayProcess gateway(options);
  ASSERT_TRUE(gateway.Start()) << gateway.stderr_text();
  for (const char* name : {"/master.key", "/admin.key"}) {
    struct stat info {};
    ASSERT_EQ(stat((gateway.data_dir() + name).c_str(), &info), 0) << name;
    EXPECT_EQ(info.st_mode & 0777, 0600U) << name;
  }
  const std::string out = gateway.stdout_text();
  EXPECT_THAT(out, HasSubstr(gateway.admin_key()));
  EXPECT_THAT(out, HasSubstr("curl -sS -H 'Authorization: Bearer " + gateway.admin_key() + "' " +
                             gateway.base_url() + "/api/v1/session"));
  EXPECT_EQ(HttpGet(gateway.base_url() + "/api/v1/session", {Bearer(gateway.admin_key())}).status,
            200);
  const std::string key = gateway.admin_key();
  EXPECT_EQ(gateway.Stop(), 0);
  ASSERT_TRUE(gateway.Start());
  EXPECT_EQ(gateway.admin_key(), key);
}

TEST(DevMode, RefusesOtherAddresses) {
  GatewayOptions options;
  options.with_config_file = false;
  options.arguments = {"--dev", "--listen", "0.0.0.0:0", "--data-dir", "data"};
  GatewayProcess gateway(options);
  ExpectRefusal(gateway, "no loopback address");
  EXPECT_FALSE(fs::exists(gateway.data_dir()));
}

}  // namespace
}  // namespace sallyport::test
