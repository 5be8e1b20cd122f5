#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/keys.h"
#include "sallyport/config/options.h"
#include "support/temp_dir.h"

namespace sallyport::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

std::vector<std::string> Texts(const std::vector<ConfigProblem>& problems) {
  std::vector<std::string> texts;
  for (const ConfigProblem& problem : problems) texts.push_back(problem.ToString());
  return texts;
}

class LoadTest : public ::testing::Test {
 protected:
  LoadResult FromYaml(const std::string& yaml, std::vector<std::string> environment = {}) {
    std::ofstream(dir_ / "s.yaml") << yaml;
    FlagOverrides flags = flags_;
    flags.config_file = dir_ / "s.yaml";
    return Load(flags, environment);
  }
  /// The only problem, without the directory; "" for none.
  std::string ProblemOf(const std::string& yaml, std::vector<std::string> environment = {}) {
    const LoadResult result = FromYaml(yaml, std::move(environment));
    if (result.problems.empty()) return "";
    EXPECT_THAT(Texts(result.problems), SizeIs(1)) << yaml;
    std::string text = result.problems[0].ToString();
    const std::string directory = dir_.path().string() + "/";
    if (text.rfind(directory, 0) == 0) text.erase(0, directory.size());
    return text;
  }

  test::TempDir dir_;
  FlagOverrides flags_;
};

TEST_F(LoadTest, DefaultsAreThoseOfTheContract) {
  const LoadResult result = Load({}, {});
  EXPECT_THAT(Texts(result.problems), IsEmpty());
  const Options& options = result.options;
  ASSERT_THAT(options.listen, SizeIs(1));
  EXPECT_EQ(options.listen[0].ToString(), "127.0.0.1:8080");
  EXPECT_THAT(options.ops_listen, IsEmpty());
  EXPECT_EQ(options.public_url, "http://127.0.0.1:8080");
  EXPECT_EQ(options.data_dir, "./data");
  EXPECT_THAT(options.master_keys, ElementsAre(MasterKeyFile{"k1", "master.key"}));
  EXPECT_EQ(options.admin_key_file, "admin.key");
  EXPECT_FALSE(options.egress.allow_private);
  EXPECT_FALSE(options.egress.allow_loopback);
  EXPECT_TRUE(options.confirm_login);
  EXPECT_EQ(options.limits.api_body_bytes, 10485760U);
  EXPECT_EQ(options.limits.envelope_bytes, 33554432U);
  EXPECT_EQ(options.timeouts.request_head, 15000U);
  EXPECT_EQ(options.timeouts.drain, 30000U);
  EXPECT_EQ(options.log.level, observe::Level::kInfo);
  EXPECT_EQ(options.log.format, observe::Format::kJson);
  EXPECT_TRUE(options.log.access);
  EXPECT_FALSE(options.dev);
}

TEST_F(LoadTest, EveryKeyOfTheFileArrives) {
  const LoadResult result = FromYaml(R"(
listen: ["0.0.0.0:80", "[::1]:81"]
ops_listen: ["127.0.0.1:9180"]
public_url: "https://Gateway.Example:443/"
data_dir: /var/lib/sallyport
master_keys:
  - { id: new, file: /etc/new.key }
  - { id: old, file: old.key }
admin_key_file: keys/admin.key
threads: 3
egress: { allow_private: true, allow: ["127.0.0.1:9000", "10.0.0.0/8"], deny: ["*.bad.example:443"] }
identity: { trusted_proxies: ["10.0.0.0/8", "::1"], user_header: X-Forwarded-User, confirm_login: no }
cors: { origins: ["https://Admin.example", "http://localhost:3000"] }
limits:
  request_head_bytes: 8KiB
  request_fields: 50
  target_bytes: 4096
  api_body_bytes: 1MB
  proxy_body_bytes: 5 GiB
  target_head_bytes: 32kib
  envelope_bytes: 1MiB
  decode_ratio: 10
  json_depth: 8
  connections: 5
timeouts: { request_head: 1, body_idle: 2ms, dns: 3s, connect: 4m, tls: 5h, first_byte: 6, total: 7,
            token: 8, idle_caller: 9, idle_target: 10, drain_grace: 0, drain: 11 }
log: { level: trace, format: text, access: false }
)");
  EXPECT_THAT(Texts(result.problems), IsEmpty());
  const Options& o = result.options;
  ASSERT_THAT(o.listen, SizeIs(2));
  EXPECT_EQ(o.listen[0].ToString(), "0.0.0.0:80");
  EXPECT_EQ(o.listen[1].ToString(), "[::1]:81");
  ASSERT_THAT(o.ops_listen, SizeIs(1));
  EXPECT_EQ(o.public_url, "https://gateway.example");
  EXPECT_TRUE(o.public_url_given);
  EXPECT_EQ(o.data_dir, "/var/lib/sallyport");
  EXPECT_THAT(o.master_keys, ElementsAre(MasterKeyFile{"new", "/etc/new.key"},
                                         MasterKeyFile{"old", dir_ / "old.key"}));
  EXPECT_EQ(o.admin_key_file, dir_ / "keys/admin.key");
  EXPECT_EQ(o.threads, 3U);
  EXPECT_TRUE(o.egress.allow_private);
  EXPECT_THAT(o.egress.allow, SizeIs(2));
  EXPECT_THAT(o.egress.deny, SizeIs(1));
  EXPECT_THAT(o.trusted_proxies, SizeIs(2));
  EXPECT_EQ(o.user_header, "X-Forwarded-User");
  EXPECT_FALSE(o.confirm_login);
  EXPECT_THAT(o.cors_origins, ElementsAre("https://admin.example", "http://localhost:3000"));
  EXPECT_EQ(o.limits, (Limits{8192, 50, 4096, 1000000, 5368709120U, 32768, 1048576, 10, 8, 5}));
  EXPECT_EQ(o.timeouts, (Timeouts{1, 2, 3000, 240000, 18000000, 6, 7, 8, 9, 10, 0, 11}));
  EXPECT_EQ(o.log.level, observe::Level::kTrace);
  EXPECT_EQ(o.log.format, observe::Format::kText);
  EXPECT_FALSE(o.log.access);
}

TEST_F(LoadTest, EachWrongValueNamesKeyPlaceAndWhatIsRight) {
  const std::pair<std::string, std::string> cases[] = {
      {"listen: 127.0.0.1:8080", "s.yaml:1: listen: found \"127.0.0.1:8080\", give a list"},
      {"listen: []", "the list is empty"},
      {"listen: [8080]", "listen: element 1: found \"8080\", give an IP address and a port"},
      {"listen: [\"127.0.0.1:65536\"]", "give an IP address and a port"},
      {"listen: [\"127.0.0.1:\"]", "give an IP address and a port"},
      {"listen: [\"::1:80\"]", "give an IP address and a port"},
      {"listen: [\"[127.0.0.1]:80\"]", "give an IP address and a port"},
      {"listen: [\"gateway.example:80\"]", "give an IP address and a port"},
      {"listen: [\"127.0.0.1:1\", \"127.0.0.1:1\"]", "listen: 127.0.0.1:1 is given twice"},
      {"ops_listen: [\"127.0.0.1:8080\"]", "ops_listen: 127.0.0.1:8080 is given twice"},
      {"ops_listen: {}", "ops_listen: found a mapping, give a list"},
      {"public_url: gateway.example", "public_url: found \"gateway.example\", give scheme, host"},
      {"public_url: https://a.example/path", "give scheme, host and port only"},
      {"public_url: https://u@a.example", "give scheme, host and port only"},
      {"public_url: ftp://a.example", "give scheme, host and port only"},
      {"public_url: \"\"", "public_url: found \"\", give a text that is not empty"},
      {"data_dir: [a]", "data_dir: found a list, give a text"},
      {"data_dir:", "data_dir: has no value"},
      {"master_keys: master.key", "master_keys: found \"master.key\", give a list"},
      {"master_keys: []", "master_keys: the list is empty, give at least one key"},
      {"master_keys: [master.key]", "element 1: found \"master.key\", give {id: k1"},
      {"master_keys: [{id: k1}]", "element 1: file is missing"},
      {"master_keys: [{file: a}]", "element 1: id \"\" must be 1 to 64"},
      {"master_keys: [{id: \"a b\", file: a}]", "id \"a b\" must be 1 to 64"},
      {"master_keys: [{id: a, fil: a}]",
       "element 1: unknown key \"fil\"; the nearest known one is \"file\""},
      {"master_keys: [{id: a, file: a}, {id: a, file: b}]", "element 2: id \"a\" is given twice"},
      {"admin_key_file: {}", "admin_key_file: found a mapping"},
      {"threads: -1", "threads: found \"-1\", give a whole number from 0 to 256"},
      {"threads: 257", "from 0 to 256"},
      {"threads: 1.5", "give a whole number"},
      {"egress: { allow_private: maybe }",
       "egress.allow_private: found \"maybe\", give true or false"},
      {"egress: { allow: [\"10.0.0.1/8\"] }", "egress.allow: element 1: "},
      {"egress: { deny: [\"http://x\"] }", "egress.deny: element 1: found \"http://x\", a URL"},
      {"egress: { allow: [\"https://x:443/\"] }", "a URL: leave \"https://\" and any path out"},
      {"egress: 5", "egress: found \"5\", give a mapping of keys"},
      {"identity: { trusted_proxies: [\"10.0.0.1/8\"] }",
       "identity.trusted_proxies: element 1: found \"10.0.0.1/8\", give an address or a block"},
      {"identity: { user_header: \"X User\" }", "identity.user_header: found \"X User\""},
      {"identity: { user_header: cookie }", "carries nothing else"},
      {"identity: { user_header: Connection }", "carries nothing else"},
      {"identity: { confirm_login: 1 }", "identity.confirm_login: found \"1\", give true or false"},
      {"cors: { origins: [\"*\"] }", "cors.origins: element 1: found \"*\", give an exact origin"},
      {"cors: { origins: [\"https://a.example/x\"] }", "give an exact origin"},
      {"cors: { origins: https://a.example }", "cors.origins: found \"https://a.example\""},
      {"limits: { request_head_bytes: 255 }", "from 256 to 1048576 bytes"},
      {"limits: { request_head_bytes: 2MiB }", "limits.request_head_bytes: found \"2MiB\""},
      {"limits: { api_body_bytes: 10 apples }", "give a size such as 1048576 or 1MiB"},
      {"limits: { api_body_bytes: 0 }", "from 1 to"},
      {"limits: { proxy_body_bytes: 99999999999999999999 }", "limits.proxy_body_bytes: found"},
      {"limits: { proxy_body_bytes: 18446744073709551615GiB }", "limits.proxy_body_bytes: found"},
      {"limits: { json_depth: 64KiB }", "limits.json_depth: found \"64KiB\", give a whole number"},
      {"timeouts: { dns: soon }", "timeouts.dns: found \"soon\", give milliseconds or a time"},
      {"timeouts: { dns: 0 }", "from 1 to 86400000 ms"},
      {"timeouts: { dns: 25h }", "from 1 to 86400000 ms"},
      {"timeouts: { drain: -1 }", "timeouts.drain: found \"-1\""},
      {"log: { level: warning }", "log.level: found \"warning\", give one of trace, debug, info"},
      {"log: { format: xml }", "log.format: found \"xml\", give one of json, text"},
      {"log: { access: [] }", "log.access: found a list, give true or false"},
  };
  for (const auto& [yaml, expected] : cases) EXPECT_THAT(ProblemOf(yaml), HasSubstr(expected));
}

TEST_F(LoadTest, BoundsAreInclusive) {
  for (const char* yaml :
       {"threads: 0", "threads: 256", "limits: { request_head_bytes: 256 }",
        "limits: { request_head_bytes: 1MiB }", "timeouts: { dns: 1 }", "timeouts: { dns: 24h }",
        "timeouts: { drain: 0 }", "limits: { proxy_body_bytes: 9223372036854775807 }",
        "listen: [\"127.0.0.1:65535\"]", "listen: [\"127.0.0.1:0\", \"127.0.0.1:0\"]"}) {
    EXPECT_EQ(ProblemOf(yaml), "") << yaml;
  }
}

TEST_F(LoadTest, UnknownKeysNameFileLineAndTheNearest) {
  const std::pair<std::string, std::string> cases[] = {
      {"threads: 1\nlisten_on: []",
       "s.yaml:2: unknown key \"listen_on\"; the nearest known one is"},
      {"lisen: []", "s.yaml:1: unknown key \"lisen\"; the nearest known one is \"listen\""},
      {"limits:\n  json_dept: 5",
       "s.yaml:2: unknown key \"limits.json_dept\"; the nearest known one is "
       "\"limits.json_depth\""},
      {"timeout: { dns: 5 }", "unknown key \"timeout\"; the nearest known one is \"timeouts\""},
      {"level: info", "unknown key \"level\"; the nearest known one is \"log.level\""},
      {"limits: { dns: 5 }",
       "unknown key \"limits.dns\"; the nearest known one is \"timeouts.dns\""},
      {"zzzzzzzzzzzzzzzz: 1",
       "s.yaml:1: unknown key \"zzzzzzzzzzzzzzzz\"; the nearest known one is \""},
      {"limits: { foo: 1 }", "unknown key \"limits.foo\"; the nearest known one is \"limits."},
      {"identity: { foo: 1 }",
       "unknown key \"identity.foo\"; the nearest known one is \"identity."},
      {"foo: 1", "unknown key \"foo\"; the nearest known one is \"log\""},
      {"foo: { bar: 1 }", "unknown key \"foo\"; the nearest known one is \"log\""},
      {"log.level: info", "s.yaml:1: key \"log.level\" holds a dot, nest the keys instead"},
      {"dev: true", "s.yaml:1: unknown key \"dev\""},
  };
  for (const auto& [yaml, expected] : cases) EXPECT_THAT(ProblemOf(yaml), HasSubstr(expected));
}

TEST_F(LoadTest, AMasterKeyIsBlamedOnItsOwnLine) {
  const std::pair<std::string, std::string> cases[] = {
      {"master_keys:\n  - { id: a, file: a }\n  - id: b\n    fil: b\n",
       "s.yaml:4: master_keys: element 2: unknown key \"fil\"; the nearest known one is \"file\""},
      {"master_keys:\n\n  - { id: a }\n", "s.yaml:3: master_keys: element 1: file is missing"},
      {"master_keys:\n  - { id: a, file: a }\n  - { id: a, file: b }\n",
       "s.yaml:3: master_keys: element 2: id \"a\" is given twice"},
      {"master_keys:\n", "s.yaml:1: master_keys: has no value"},
  };
  for (const auto& [yaml, expected] : cases) EXPECT_THAT(ProblemOf(yaml), StartsWith(expected));
  EXPECT_THAT(Texts(Load({}, {"SALLYPORT_MASTER_KEYS=[{id: a, fil: b}]"}).problems),
              ElementsAre(StartsWith("SALLYPORT_MASTER_KEYS: master_keys: element 1: unknown")));
}

TEST_F(LoadTest, DuplicateKeysAreProblems) {
  EXPECT_EQ(ProblemOf("threads: 1\nthreads: 2"),
            "s.yaml:2: key \"threads\" is given twice, keep one of them");
  EXPECT_EQ(ProblemOf("log:\n  level: info\n  level: warn"),
            "s.yaml:3: key \"log.level\" is given twice, keep one of them");
}

TEST_F(LoadTest, FilesThatAreNoSettingsAreProblems) {
  EXPECT_THAT(ProblemOf("listen: [\n"), HasSubstr("not YAML: "));
  EXPECT_THAT(ProblemOf(", file: b}]"), HasSubstr("must hold a mapping of keys"));
  EXPECT_THAT(ProblemOf("---\n---\nlisten: []\n"), HasSubstr("must hold a mapping of keys"));
  EXPECT_THAT(ProblemOf("public_url: \"a\\"), HasSubstr("unknown escape character: \\x04"));
  EXPECT_THAT(ProblemOf("- a\n- b"), HasSubstr("s.yaml:1: the file must hold a mapping"));
  EXPECT_THAT(ProblemOf("threads: 1\n---\nthreads: 2"), HasSubstr("several YAML documents"));
  EXPECT_THAT(ProblemOf("[a, b]: 1"), HasSubstr("a key must be a word, found a list"));
  EXPECT_EQ(ProblemOf(""), "");
  EXPECT_EQ(ProblemOf("# nothing\n"), "");
  EXPECT_EQ(ProblemOf("limits:\ntimeouts: {}"), "");
  FlagOverrides flags;
  flags.config_file = dir_ / "absent.yaml";
  EXPECT_THAT(
      Texts(Load(flags, {}).problems),
      ElementsAre(HasSubstr("absent.yaml: the configuration file cannot be read: No such")));
  flags.config_file = dir_.path().string();  // opens, but cannot be read
  EXPECT_THAT(Texts(Load(flags, {}).problems),
              ElementsAre(HasSubstr("the configuration file cannot be read: Is a directory")));
}

TEST_F(LoadTest, AllProblemsAreReportedAtOnce) {
  const LoadResult result = FromYaml("threads: x\nlog: { level: loud }\nnope: 1\n",
                                     {"SALLYPORT_LIMITS__JSON_DEPTH=deep"});
  EXPECT_THAT(Texts(result.problems),
              ElementsAre(HasSubstr(":3: unknown key"), HasSubstr(":1: threads: "),
                          HasSubstr(":2: log.level: "),
                          HasSubstr("SALLYPORT_LIMITS__JSON_DEPTH: limits.json_depth: ")));
}

TEST_F(LoadTest, EnvironmentOverridesTheFileAndFlagsOverrideBoth) {
  const std::string yaml = "data_dir: /file\nthreads: 1\nlisten: [\"127.0.0.1:1\"]";
  const std::vector<std::string> environment = {"SALLYPORT_DATA_DIR=/env", "SALLYPORT_THREADS=2",
                                                "SALLYPORT_LISTEN=127.0.0.1:2, [::1]:3",
                                                "PATH=/bin", "SALLYPORTX=1"};
  LoadResult result = FromYaml(yaml, environment);
  EXPECT_THAT(Texts(result.problems), IsEmpty());
  EXPECT_EQ(result.options.data_dir, "/env");
  EXPECT_EQ(result.options.threads, 2U);
  ASSERT_THAT(result.options.listen, SizeIs(2));
  EXPECT_EQ(result.options.listen[1].ToString(), "[::1]:3");

  flags_.data_dir = "/flag";
  flags_.listen = {"127.0.0.1:4"};
  result = FromYaml(yaml, environment);
  EXPECT_EQ(result.options.data_dir, "/flag");
  ASSERT_THAT(result.options.listen, SizeIs(1));
  EXPECT_EQ(result.options.listen[0].port, 4);
}

TEST_F(LoadTest, EnvironmentListsAreCommasOrYaml) {
  const auto load = [](const std::string& variable) { return Load({}, {variable}); };
  EXPECT_THAT(
      load("SALLYPORT_CORS__ORIGINS=https://a.example,https://b.example").options.cors_origins,
      ElementsAre("https://a.example", "https://b.example"));
  EXPECT_THAT(load("SALLYPORT_CORS__ORIGINS=[\"https://a.example\"]").options.cors_origins,
              ElementsAre("https://a.example"));
  EXPECT_THAT(load("SALLYPORT_CORS__ORIGINS=").options.cors_origins, IsEmpty());
  EXPECT_THAT(load("SALLYPORT_MASTER_KEYS=[{id: a, file: /x}]").options.master_keys,
              ElementsAre(MasterKeyFile{"a", "/x"}));
  EXPECT_EQ(load("SALLYPORT_IDENTITY__USER_HEADER=X-User").options.user_header, "X-User");
  EXPECT_EQ(load("SALLYPORT_IDENTITY__USER_HEADER=").options.user_header, "");
  EXPECT_EQ(load("SALLYPORT_IDENTITY__USER_HEADER=null").options.user_header, "");
}

TEST_F(LoadTest, WrongVariablesAreNamed) {
  const std::pair<std::string, std::string> cases[] = {
      {"SALLYPORT_LOG__LEVL=info",
       "SALLYPORT_LOG__LEVL: unknown key \"log.levl\"; the nearest known one is \"log.level\""},
      {"SALLYPORT_LOG_LEVEL=info", "SALLYPORT_LOG_LEVEL: unknown key \"log_level\""},
      {"SALLYPORT_log__level=info",
       "SALLYPORT_log__level: unknown key: names are in upper case, write SALLYPORT_LOG__LEVEL"},
      {"SALLYPORT_LOG={level: debug}",
       "SALLYPORT_LOG: log is a section: set its keys one by one, such as SALLYPORT_LOG__LEVEL"},
      {"SALLYPORT_FOO=1", "SALLYPORT_FOO: unknown key \"foo\"; the nearest known one is \"log\""},
      {"SALLYPORT_FOO__BAR=1", "unknown key \"foo.bar\"; the nearest known one is \""},
      {"SALLYPORT_MASTER_KEYS=[{", "SALLYPORT_MASTER_KEYS: master_keys: not a YAML list"},
      {"SALLYPORT_CORS__ORIGINS=*", "SALLYPORT_CORS__ORIGINS: cors.origins: element 1"},
      {"SALLYPORT_CORS__ORIGINS=https://a.example,", "element 2: found \"\""},
      {"SALLYPORT_LISTEN=", "SALLYPORT_LISTEN: listen: the list is empty"},
  };
  for (const auto& [variable, expected] : cases) {
    EXPECT_THAT(Texts(Load({}, {variable}).problems), ElementsAre(HasSubstr(expected)));
  }
}

TEST_F(LoadTest, VariablesOfAKubernetesServiceArePassedOver) {
  const LoadResult result =
      Load({}, {"SALLYPORT_SERVICE_HOST=10.0.0.1", "SALLYPORT_SERVICE_PORT_HTTP=80",
                "SALLYPORT_PORT=tcp://10.0.0.1:80", "SALLYPORT_PORT_80_TCP_ADDR=10.0.0.1"});
  EXPECT_THAT(Texts(result.problems), IsEmpty());
}

TEST_F(LoadTest, DevListensOnLoopbackOnly) {
  flags_.dev = true;
  EXPECT_EQ(ProblemOf("listen: [\"127.0.0.2:1\", \"[::1]:2\"]"), "");
  EXPECT_THAT(ProblemOf("listen: [\"0.0.0.0:1\"]"), HasSubstr("0.0.0.0:1 is no loopback address"));
  EXPECT_THAT(ProblemOf("ops_listen: [\"[::]:1\"]"),
              HasSubstr("ops_listen: [::]:1 is no loopback"));
  flags_.dev = false;
  flags_.listen = {"0.0.0.0:1"};
  EXPECT_EQ(ProblemOf(""), "");
  flags_.dev = true;
  EXPECT_THAT(ProblemOf(""), HasSubstr("--listen: listen: 0.0.0.0:1 is no loopback address"));
}

TEST_F(LoadTest, DevKeepsKeysThatNobodyNamesInDataDir) {
  FlagOverrides flags;
  flags.dev = true;
  flags.data_dir = "/tmp/d";
  Options options = Load(flags, {}).options;
  EXPECT_TRUE(options.dev);
  EXPECT_TRUE(options.egress.allow_loopback);
  EXPECT_THAT(options.master_keys, ElementsAre(MasterKeyFile{"k1", "/tmp/d/master.key"}));
  EXPECT_EQ(options.admin_key_file, "/tmp/d/admin.key");
  options = Load(flags, {"SALLYPORT_ADMIN_KEY_FILE=mine.key"}).options;
  EXPECT_EQ(options.admin_key_file, "mine.key");
}

TEST_F(LoadTest, TextIsTheDefaultOnATerminalOnly) {
  FlagOverrides flags;
  flags.on_terminal = true;
  EXPECT_EQ(Load(flags, {}).options.log.format, observe::Format::kText);
  EXPECT_EQ(Load(flags, {"SALLYPORT_LOG__FORMAT=json"}).options.log.format, observe::Format::kJson);
}

}  // namespace
}  // namespace sallyport::config
