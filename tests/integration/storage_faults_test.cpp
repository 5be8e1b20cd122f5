// What goes wrong with disks, keys and databases: said in one line, and nothing is lost.
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "support/gateway_fixture.h"
#include "support/scripted_target.h"
#include "support/sqlite_file.h"

namespace sallyport::test {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kOtherKey = "3q2+7wABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhs=";

std::string ReadBytes(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void WriteBytes(const fs::path& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

/// name -> bytes of every file but the lock file.
std::map<std::string, std::string> FilesOf(const std::string& directory) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::directory_iterator(directory)) {
    const std::string name = entry.path().filename();
    if (entry.is_regular_file() && name.find("lock") == std::string::npos) {
      files[name] = ReadBytes(entry.path());
    }
  }
  return files;
}

class StorageFaults : public GatewayFixture {
 protected:
  /// A gateway that ran once, stored a secret and was stopped.
  void SetUp() override {
    StartGateway();
    CreateResource("kept", "https://a.example",
                   {{"auth", {{"type", "bearer"}, {"token", "a-secret"}}}});
    ASSERT_EQ(gateway_->Stop(), 0) << gateway_->stderr_text();
  }
  std::string Database() const { return gateway_->data_dir() + "/sallyport.db"; }

  /// One line of level error, exit code 2, no file of the data directory changed.
  void ExpectRefusal(const std::string& about) {
    const auto before = FilesOf(gateway_->data_dir());
    EXPECT_FALSE(gateway_->Start());
    EXPECT_EQ(gateway_->WaitExit(std::chrono::seconds(20)), 2) << about;
    const std::vector<std::string> lines = gateway_->stderr_lines();
    int errors = 0;
    for (const std::string& line : lines) {
      const TestJson entry = TestJson::parse(line, nullptr, false);
      ASSERT_TRUE(entry.is_object()) << about << ": not a log line: " << line;
      errors += entry.value("level", "") == "error";
    }
    EXPECT_EQ(errors, 1) << about << "\n" << gateway_->stderr_text();
    EXPECT_EQ(FilesOf(gateway_->data_dir()), before) << about;
  }
};

TEST_F(StorageFaults, RefusesAWrongMasterKey) {
  WriteBytes(gateway_->directory() + "/master.key", kOtherKey);
  ExpectRefusal("another key");
  WriteBytes(gateway_->directory() + "/master.key", kTestMasterKey);
  EXPECT_TRUE(gateway_->Start()) << gateway_->stderr_text();
}

TEST_F(StorageFaults, RefusesWeakAndMissingKeys) {
  for (const std::string_view weak :
       {"", "short", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=",
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"}) {
    WriteBytes(gateway_->directory() + "/master.key", weak);
    ExpectRefusal("key: " + std::string(weak));
  }
  fs::remove(gateway_->directory() + "/master.key");
  ExpectRefusal("no key file");
}

TEST_F(StorageFaults, RefusesKeyFilesThatOthersMayRead) {
  for (const char* name : {"/master.key", "/admin.key"}) {
    const std::string path = gateway_->directory() + name;
    ASSERT_EQ(chmod(path.c_str(), 0640), 0);
    ExpectRefusal(path);
    ASSERT_EQ(chmod(path.c_str(), 0600), 0);
  }
}

TEST_F(StorageFaults, RefusesADamagedDatabase) {
  const std::string good = ReadBytes(Database());
  ASSERT_GT(good.size(), 8192U);
  WriteBytes(Database(), "");
  ExpectRefusal("zero length");
  WriteBytes(Database(),
             "this is no database, and it is longer than a header of one hundred bytes: "
             "0123456789012345678901234567890123456789");
  ExpectRefusal("not a database");
  std::string torn = good;
  std::fill(torn.begin() + 4096 + 8, torn.begin() + 4096 + 2048, '\x5a');
  WriteBytes(Database(), torn);
  ExpectRefusal("a torn page");
  WriteBytes(Database(), good.substr(0, good.size() / 2));
  ExpectRefusal("half of it");
  WriteBytes(Database(), good);
  EXPECT_TRUE(gateway_->Start()) << gateway_->stderr_text();
}

TEST_F(StorageFaults, RefusesADatabaseOfANewerVersion) {
  ASSERT_EQ(RunSql(Database(), "PRAGMA user_version = 9999"), "");
  ExpectRefusal("newer schema");
}

TEST_F(StorageFaults, RefusesADirectoryThatAnotherProcessHolds) {
  ASSERT_TRUE(gateway_->Start());
  GatewayOptions options;
  options.config = "data_dir: " + gateway_->data_dir() + "\n";
  GatewayProcess second(std::move(options));
  EXPECT_FALSE(second.Start());
  EXPECT_EQ(second.WaitExit(std::chrono::seconds(20)), 2);
  EXPECT_EQ(second.stderr_lines().size(), 1U) << second.stderr_text();
  EXPECT_EQ(HttpGet(gateway_->base_url() + "/readyz").status, 200);
}

TEST_F(StorageFaults, RefusesADirectoryThatItMayNotWrite) {
  GatewayOptions options;
  options.config = "data_dir: /sys\n";  // where not even root may create a file
  GatewayProcess other(std::move(options));
  EXPECT_FALSE(other.Start());
  EXPECT_EQ(other.WaitExit(std::chrono::seconds(20)), 2);
  ASSERT_EQ(other.stderr_lines().size(), 1U) << other.stderr_text();
  EXPECT_THAT(other.stderr_text(), testing::HasSubstr("may write"));
}

TEST_F(StorageFaults, NamesAResourceWhoseSecretWasMovedThere) {
  ASSERT_TRUE(gateway_->Start());
  CreateResource("other", "https://a.example",
                 {{"auth", {{"type", "bearer"}, {"token", "b-secret"}}}});
  ASSERT_EQ(gateway_->Stop(), 0);
  ASSERT_EQ(RunSql(Database(),
                   "UPDATE resources SET secrets = (SELECT secrets FROM resources WHERE slug = "
                   "'kept') WHERE slug = 'other'"),
            "");
  ASSERT_TRUE(gateway_->Start()) << gateway_->stderr_text();
  const HttpResponse status = Api("GET", "/api/v1/status");
  EXPECT_NE(status.body.find("\"other\""), std::string::npos) << status.body;
  EXPECT_EQ(status.body.find("\"kept\""), std::string::npos) << status.body;
  EXPECT_GE(Proxy("GET", "other/x").status, 500);
}

/// A full disk, by a limit on the size of files that the kernel puts on the running process.
TEST_F(StorageFaults, AnswersStoreUnavailableOnAFullDiskAndLosesNothing) {
  const auto previous = signal(SIGXFSZ, SIG_IGN);  // inherited: a real full disk sends no signal
  ASSERT_TRUE(gateway_->Start());
  ScriptedTarget target(ScriptedTarget::Always("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
  CreateResource("served", target.url());

  rlimit unlimited{};
  const rlimit full{64 * 1024, RLIM_INFINITY};
  ASSERT_EQ(prlimit(gateway_->pid(), RLIMIT_FSIZE, &full, &unlimited), 0);
  int stored = 0;
  HttpResponse failed;
  const auto store_one_more = [&] {
    failed = Api("POST", "/api/v1/resources",
                 {{"slug", "f" + std::to_string(stored)},
                  {"name", "f"},
                  {"description", std::string(4000, 'd')},
                  {"base_url", "https://a.example"}});
    return failed.status == 201;
  };
  while (stored < 500 && store_one_more()) ++stored;
  EXPECT_EQ(failed.status, 503) << failed.body;
  EXPECT_EQ(CodeOf(failed), "store_unavailable");
  EXPECT_TRUE(failed.Header("Retry-After").has_value());
  const auto told_at_once = [&] {
    (void)store_one_more();  // a slow machine may have forgotten the first failure
    const int ready = HttpGet(gateway_->base_url() + "/readyz").status;
    const HttpResponse status = Api("GET", "/api/v1/status");
    return ready == 503 && status.body.find("\"store_unavailable\"") != std::string::npos;
  };
  EXPECT_TRUE(WaitUntil(told_at_once, std::chrono::seconds(10)));
  EXPECT_EQ(Api("GET", "/api/v1/resources/f" + std::to_string(stored)).status, 404);
  EXPECT_EQ(Proxy("GET", "served/x").body, "ok");  // traffic does not need the disk

  ASSERT_EQ(prlimit(gateway_->pid(), RLIMIT_FSIZE, &unlimited, nullptr), 0);
  CreateResource("after", "https://a.example");
  EXPECT_TRUE(WaitUntil([&] { return HttpGet(gateway_->base_url() + "/readyz").status == 200; },
                        std::chrono::seconds(10)));
  gateway_->Kill();
  ASSERT_TRUE(gateway_->Start()) << gateway_->stderr_text();
  signal(SIGXFSZ, previous);
  for (int i = 0; i < stored; ++i) {
    ASSERT_EQ(Api("GET", "/api/v1/resources/f" + std::to_string(i)).status, 200) << i;
  }
  EXPECT_EQ(Api("GET", "/api/v1/resources/after").status, 200);
  EXPECT_EQ(Api("GET", "/api/v1/resources/kept").status, 200);
}

}  // namespace
}  // namespace sallyport::test
