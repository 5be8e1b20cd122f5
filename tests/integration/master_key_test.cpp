// Changing the master key of a running gateway: reload, rotate, remove the old one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include <fstream>

#include "support/gateway_fixture.h"
#include "support/scripted_target.h"

namespace sallyport::test {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kSecondKey =
    "6d2f1c0b9a8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c5b4a392817060504";
constexpr const char* kThirdKey =
    "112f1c0b9a8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c5b4a392817060504";

class MasterKeyChange : public GatewayFixture {
 protected:
  void SetUp() override {
    StartGateway();
    WriteKey("second.key", kSecondKey);
    CreateResource("r", target_.url(), {{"auth", {{"type", "bearer"}, {"token", "s3cret"}}}});
  }

  void WriteKey(const std::string& name, const std::string& text) {
    const std::string path = gateway_->directory() + "/" + name;
    std::ofstream(path, std::ios::trunc) << text;
    chmod(path.c_str(), 0600);
  }
  void Configure(const std::string& master_keys) {
    gateway_->WriteConfig(std::string(kLoopbackConfig) + "master_keys: " + master_keys + "\n");
  }
  void Reload(const std::string& outcome) {
    gateway_->Signal(SIGHUP);
    ASSERT_TRUE(gateway_->WaitForStderr(outcome, seconds(10), ++outcomes_[outcome]))
        << gateway_->stderr_text();
  }
  CommandResult Keys(const std::string& verb) {
    return RunSallyport({"keys", verb, "--config", gateway_->config_file()});
  }
  /// The secret opens and goes to the target.
  bool SecretWorks() { return Proxy("GET", "r/x").body == "ok"; }

  static constexpr const char* kReloaded = "\"reloaded\"";
  static constexpr const char* kRefused = "reload failed, the old settings stay";

  ScriptedTarget target_{ScriptedTarget::Always("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")};
  std::map<std::string, int> outcomes_;
};

TEST_F(MasterKeyChange, ANewKeyIsTakenByReloadAndTheOldOneCanGoAfterARotation) {
  Configure("[{id: k2, file: second.key}, {id: k1, file: master.key}]");
  Reload(kReloaded);
  EXPECT_THAT(gateway_->stderr_text(), Not(HasSubstr("restart")));
  const CommandResult rotated = Keys("rotate");
  EXPECT_EQ(rotated.exit_code, 0) << rotated.err;
  EXPECT_THAT(Keys("list").out, HasSubstr("k2"));
  EXPECT_THAT(Keys("list").out, Not(HasSubstr("k1")));
  CreateResource("r2", target_.url(), {{"auth", {{"type", "bearer"}, {"token", "n3w"}}}});

  Configure("[{id: k2, file: second.key}]");
  Reload(kReloaded);
  EXPECT_TRUE(SecretWorks());
  ASSERT_EQ(gateway_->Stop(), 0);
  ASSERT_TRUE(gateway_->Start()) << gateway_->stderr_text();
  EXPECT_TRUE(SecretWorks());
  EXPECT_THAT(Api("GET", "/api/v1/status").body, Not(HasSubstr("\"r2\"")));
}

TEST_F(MasterKeyChange, KeysThatDoNotOpenWhatIsStoredChangeNothing) {
  WriteKey("third.key", kThirdKey);
  Configure("[{id: k3, file: third.key}]\ncors: {origins: [\"https://a.example\"]}");
  Reload(kRefused);
  EXPECT_THAT(gateway_->stderr_text(), HasSubstr("\\\"k1\\\""));
  const HttpResponse answer =
      HttpGet(gateway_->base_url() + "/healthz", {{"Origin", "https://a.example"}});
  EXPECT_FALSE(answer.Header("Access-Control-Allow-Origin")) << "nothing of it is taken";

  Configure("[{id: k1, file: third.key}]");
  Reload(kRefused);
  EXPECT_THAT(gateway_->stderr_text(), HasSubstr("it is not the key that wrapped it"));

  EXPECT_TRUE(SecretWorks());
  const CommandResult rotated = Keys("rotate");
  EXPECT_EQ(rotated.exit_code, 0) << rotated.err;
  EXPECT_THAT(Keys("list").out, HasSubstr("k1"));
}

}  // namespace
}  // namespace sallyport::test
