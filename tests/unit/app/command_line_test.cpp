#include "sallyport/app/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "support/temp_dir.h"

namespace sallyport::app {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

struct Outcome {
  int exit_code;
  std::string out, err;
};

Outcome Invoke(std::vector<std::string> arguments, std::vector<std::string> environment = {}) {
  std::ostringstream out, err;
  const Invocation invocation{std::move(arguments), std::move(environment), false};
  const int exit_code = RunCommandLine(invocation, out, err);
  return {exit_code, out.str(), err.str()};
}

void Write(const std::string& path, const std::string& text, mode_t mode = 0600) {
  std::ofstream(path, std::ios::trunc) << text;
  chmod(path.c_str(), mode);
}

std::string ReadAll(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

TEST(CommandLine, WrongUsageIsExitCodeTwo) {
  const std::vector<std::vector<std::string>> cases = {{},
                                                       {"nonsense"},
                                                       {"keys"},
                                                       {"keys", "nonsense"},
                                                       {"backup"},
                                                       {"serve", "--nonsense"},
                                                       {"api-key", "create"},
                                                       {"api-key", "create", "a", "--role", "king"},
                                                       {"api-key", "revoke"}};
  for (const auto& arguments : cases) {
    const Outcome outcome = Invoke(arguments);
    EXPECT_EQ(outcome.exit_code, kExitUsage) << ::testing::PrintToString(arguments);
    EXPECT_NE(outcome.err, "");
    EXPECT_EQ(outcome.out, "");
  }
}

TEST(CommandLine, NamesTheUnknownCommandAndTheNearestOne) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{"server"}, R"(unknown command "server"; did you mean "serve"?)"},
      {{"server", "--dev"}, R"(unknown command "server"; did you mean "serve"?)"},
      {{"keys", "genrate"}, R"(unknown command "keys genrate"; did you mean "keys generate"?)"},
      {{"frobnicate"}, R"(unknown command "frobnicate"; known ones are serve, check-config, )"},
      {{"api-key", "frobnicate"}, "known ones are api-key create, api-key list, api-key revoke"},
      {{""}, R"(unknown command ""; )"},
      {{}, "required"},
      {{"keys"}, "required"},
      {{"--config", "s.yaml", "server"}, R"(unknown command "server"; did you mean "serve"?)"},
      {{"--config=s.yaml", "server"}, R"(unknown command "server"; did you mean "serve"?)"},
      {{"--dev", "keys", "--data-dir", "d", "lst"}, R"(unknown command "keys lst"; did you mean)"},
      {{"--config", "s.yaml"}, "required"},
      {{"--nonsense", "serve"}, "--nonsense"},
      {{"api-key", "create"}, "NAME is required"},
      {{"serve", "server"}, "not expected: server"}};
  for (const auto& [arguments, message] : cases) {
    const Outcome outcome = Invoke(arguments);
    EXPECT_EQ(outcome.exit_code, kExitUsage);
    EXPECT_THAT(outcome.err, HasSubstr(message));
  }
}

TEST(CommandLine, HelpAndVersionAreFine) {
  EXPECT_EQ(Invoke({"--help"}).exit_code, kExitOk);
  EXPECT_THAT(Invoke({"--help"}).out, HasSubstr("check-config"));
  EXPECT_THAT(Invoke({"serve", "--help"}).out, HasSubstr("--listen"));
  EXPECT_EQ(Invoke({"version"}).exit_code, kExitOk);
  EXPECT_THAT(Invoke({"version"}).out, StartsWith("sallyport 0."));
}

TEST(KeysGenerate, PrintsOrWritesAKeyButNeverOverAFile) {
  const test::TempDir dir;
  const std::string file = dir / "master.key";
  const Outcome printed = Invoke({"keys", "generate"});
  EXPECT_EQ(printed.exit_code, kExitOk);
  EXPECT_EQ(printed.out.size(), 45U);  // 32 bytes as base64, and the line's end
  EXPECT_NE(Invoke({"keys", "generate"}).out, printed.out);

  EXPECT_EQ(Invoke({"keys", "generate", file}).exit_code, kExitOk);
  struct stat info {};
  ASSERT_EQ(stat(file.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
  const std::string text = ReadAll(file);
  EXPECT_EQ(text.size(), 45U);

  const Outcome again = Invoke({"keys", "generate", file});
  EXPECT_EQ(again.exit_code, kExitFailed);
  EXPECT_THAT(again.err, HasSubstr(file));
  EXPECT_EQ(ReadAll(file), text);
}

TEST(CommandLine, ConfigMayStandBeforeOrBehindACommand) {
  const test::TempDir dir;
  const std::string config = dir / "s.yaml";
  Write(config, "data_dir: " + (dir / "nobody") + "\n");
  const std::vector<std::vector<std::string>> cases = {
      {"--config", config, "keys", "list"},  {"keys", "--config", config, "list"},
      {"keys", "list", "--config", config},  {"keys", "--config=" + config, "list"},
      {"--config", config, "healthcheck"},   {"api-key", "--config", config, "list"},
      {"keys", "rotate", "--config", config}};
  for (const auto& arguments : cases) {
    const Outcome outcome = Invoke(arguments);
    EXPECT_EQ(outcome.exit_code, kExitFailed) << ::testing::PrintToString(arguments);
    EXPECT_THAT(outcome.err, HasSubstr("nobody")) << "the configuration was read";
  }
}

TEST(KeysGenerate, TakesConfigWithoutReadingIt) {
  const test::TempDir dir;
  const std::string absent = dir / "absent.yaml";
  const std::string file = dir / "new.key";
  const std::vector<std::vector<std::string>> cases = {
      {"keys", "generate", "--config", absent},
      {"keys", "--config", absent, "generate"},
      {"--config", absent, "keys", "generate"},
      {"keys", "generate", file, "--config", absent}};
  for (const auto& arguments : cases) {
    EXPECT_EQ(Invoke(arguments).exit_code, kExitOk) << ::testing::PrintToString(arguments);
  }
  EXPECT_EQ(ReadAll(file).size(), 45U);
  EXPECT_THAT(Invoke({"keys", "generate", "--help"}).out, HasSubstr("not read"));
}

class CheckConfigTest : public ::testing::Test {
 protected:
  CheckConfigTest() {
    EXPECT_EQ(Invoke({"keys", "generate", dir_ / "master.key"}).exit_code, kExitOk);
    Write(dir_ / "admin.key", "spk_0123456789abcdef");
  }
  Outcome Check(const std::string& yaml) {
    Write(dir_ / "s.yaml", yaml, 0644);
    return Invoke({"check-config", "--config", dir_ / "s.yaml"});
  }
  test::TempDir dir_;
};

TEST_F(CheckConfigTest, SaysOk) {
  const Outcome outcome = Check("threads: 1");
  EXPECT_EQ(outcome.exit_code, kExitOk);
  EXPECT_EQ(outcome.out, "ok\n");
  EXPECT_EQ(outcome.err, "");
}

TEST_F(CheckConfigTest, PrintsEveryProblemOnALineOfItsOwn) {
  chmod((dir_ / "master.key").c_str(), 0644);
  Write(dir_ / "admin.key", "short");
  const Outcome outcome = Check("threads: x\nnope: 1\n");
  EXPECT_EQ(outcome.exit_code, kExitFailed);
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 4) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("s.yaml:1: threads: "));
  EXPECT_THAT(outcome.err, HasSubstr("s.yaml:2: unknown key"));
  EXPECT_THAT(outcome.err, HasSubstr("master.key: the file can be read by others"));
  EXPECT_THAT(outcome.err, HasSubstr("admin.key: an admin key has at least 16"));
}

TEST_F(CheckConfigTest, AFileThatCannotBeReadIsOneProblem) {
  const Outcome outcome =
      Invoke({"check-config", "--config", dir_.path().string(), "--dev", "--data-dir", dir_ / "d"});
  EXPECT_EQ(outcome.exit_code, kExitFailed);
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(outcome.err,
            dir_.path().string() + ": the configuration file cannot be read: Is a directory\n");
}

TEST_F(CheckConfigTest, DevNeedsNoKeyFiles) {
  const test::TempDir empty;
  EXPECT_EQ(Invoke({"check-config", "--dev", "--data-dir", empty / "data"}).out, "ok\n");
  EXPECT_EQ(Invoke({"check-config", "--data-dir", empty / "data"},
                   {"SALLYPORT_ADMIN_KEY_FILE=" + (empty / "none")})
                .exit_code,
            kExitFailed);
}

TEST(Commands, WithoutDataFailInOneLine) {
  const test::TempDir dir;
  const std::vector<std::vector<std::string>> cases = {
      {"healthcheck"},          {"keys", "list"},           {"keys", "rotate"},
      {"backup", dir / "copy"}, {"api-key", "create", "n"}, {"api-key", "list"}};
  for (std::vector<std::string> arguments : cases) {
    arguments.insert(arguments.end(), {"--data-dir", dir / "absent"});
    const Outcome outcome = Invoke(arguments);
    EXPECT_EQ(outcome.exit_code, kExitFailed) << ::testing::PrintToString(arguments);
    EXPECT_THAT(outcome.err, StartsWith("sallyport: "));
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << outcome.err;
    EXPECT_FALSE(std::filesystem::exists(dir / "absent"));
  }
}

TEST(Commands, ConfigurationProblemsPointToCheckConfig) {
  const Outcome outcome = Invoke({"healthcheck"}, {"SALLYPORT_THREADS=x", "SALLYPORT_LISTEN="});
  EXPECT_EQ(outcome.exit_code, kExitFailed);
  EXPECT_THAT(outcome.err, HasSubstr("SALLYPORT_THREADS: threads: "));
  EXPECT_THAT(outcome.err, HasSubstr("and 1 more: run sallyport check-config"));
}

}  // namespace
}  // namespace sallyport::app
