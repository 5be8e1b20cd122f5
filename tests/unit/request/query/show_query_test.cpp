#include <array>
#include <cstdio>

#include <gtest/gtest.h>

#include "unit/request/query/query_builder.h"

namespace sallyport::request::test {
namespace {

/// What a shell makes of the arguments of `command`, one a line.
std::string ArgumentsOf(const std::string& command) {
  const std::string script = "SALLYPORT_KEY=spk; curl() { printf '%s\\n' \"$@\"; }; " + command;
  std::string quoted = "sh -c '";
  for (const char c : script) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  FILE* pipe = popen((quoted + "'").c_str(), "r");
  if (pipe == nullptr) return "no shell";
  std::string output;
  std::array<char, 512> buffer;
  for (std::size_t n = fread(buffer.data(), 1, buffer.size(), pipe); n > 0;
       n = fread(buffer.data(), 1, buffer.size(), pipe)) {
    output.append(buffer.data(), n);
  }
  pclose(pipe);
  return output;
}

TEST(DescribeRequest, IsTheRequestOfTheEnvelope) {
  const OutgoingRequest request = Built(
      Compile(R"({"auth":{"type":"basic","username":"u","password":"p"}})"),
      Query(
          R"({"method":"POST","path":"/a","body":{"type":"json","text":"{\"a\": \"\u00e9\"}"}})"));
  EXPECT_EQ(
      DescribeRequest(request),
      R"({"method":"POST","url":"https://api.example/v1/a","headers":[["content-type","application/json"],)"
      R"(["user-agent","sallyport/test"],["accept","*/*"],["authorization","********"]],)"
      R"("body":"{\"a\": \")"
      "\xC3\xA9"
      R"(\"}"})");
}

TEST(CurlCommand, IsSafeInAShellWhateverTheValues) {
  Inputs inputs;
  const std::string evil = "'; rm -rf / #$(id)`id`\"\\!\n&";
  inputs.params = Value::Object({{"a", Value::String(evil)},
                                 {"n", Value::Number("9007199254740993")},
                                 {"s", Value::String("hidden")},
                                 {"gone", Value()}});
  inputs.secrets = {"s"};
  const std::string command = CurlCommand({"https://gw.example/x?a='b'&c", nullptr}, inputs);
  EXPECT_EQ(ArgumentsOf(command),
            "-sS\n-X\nPOST\nhttps://gw.example/x?a='b'&c\n-H\nAuthorization: Bearer spk\n-H\n"
            "Content-Type: application/json\n--data-binary\n"
            "{\"params\":{\"a\":\"'; rm -rf / #$(id)`id`\\\"\\\\!\\n&\",\"n\":9007199254740993,"
            "\"s\":\"********\"}}\n");
}

TEST(CurlCommand, SendsTheUnsavedQueryAsACallerWritesIt) {
  const Json query = Json::parse(
      R"({"path":"/it's","body":{"type":"json","text":null,"value":"{\"a\":1.10}"},
          "inputs":[{"name":"n","default":"1.50"}],"retries":0})");
  EXPECT_NE(
      ArgumentsOf(CurlCommand({"http://gw/x", &query}, {}))
          .find(R"({"query":{"path":"/it's","body":{"type":"json","text":null,"value":{"a":1.10}},)"
                R"("inputs":[{"name":"n","default":1.50}]},"params":{}})"),
      std::string::npos)
      << ArgumentsOf(CurlCommand({"http://gw/x", &query}, {}));
}

TEST(CurlCommand, UploadsFilesOfTheWorkingDirectoryOnly) {
  Inputs inputs;
  inputs.params = Value::Object({{"id", Value::Number("5")}, {"f", Value::String("x")}});
  inputs.files = {{"f", "/etc/a\"b;c.png", "image/png", std::nullopt, std::nullopt},
                  {"g", "..", "", std::nullopt, std::nullopt}};
  EXPECT_NE(ArgumentsOf(CurlCommand({"http://gw/x", nullptr}, inputs))
                .find("--form-string\nparams={\"id\":5}\n-F\nf=@\"./a\\\"b;c.png\";type=image/png\n"
                      "-F\ng=@\"./file\"\n"),
            std::string::npos)
      << ArgumentsOf(CurlCommand({"http://gw/x", nullptr}, inputs));
}

std::string WarningsOf(std::string_view query, std::string_view resource = "{}",
                       store::Secrets secrets = {}) {
  std::string all;
  for (const std::string& text :
       QueryWarnings(*Query(query, std::move(secrets)), *Compile(resource))) {
    all += text + "\n";
  }
  return all;
}

TEST(QueryWarnings, AreSilentAboutAnOrdinaryQuery) {
  EXPECT_EQ(WarningsOf(
                R"({"path":"/{{ id }}","params":[{"name":"a","value":"1"},{"name":"A","value":"2"}],
                          "inputs":[{"name":"id"}]})",
                R"({"auth":{"type":"bearer","token":"t","prefix":"Bearer"}})"),
            "");
}

TEST(QueryWarnings, NameWhatIsProbablyNotMeant) {
  struct Row {
    const char* query;
    const char* resource;
    const char* expected;
  };
  const char* bearer = R"({"auth":{"type":"bearer","token":"t","prefix":"Bearer"}})";
  for (
      const Row& row : std::vector<Row>{
          {R"({"path":"/{{ s }}","inputs":[{"name":"s","secret":true}]})", "{}",
           "path puts a secret"},
          {R"({"path":"/?a={{ s }}","inputs":[{"name":"s","secret":true}]})", "{}",
           "path puts a secret"},
          {R"({"params":[{"name":"k","value":"v","secret":true}]})", "{}", "\"k\" puts a secret"},
          {R"({"params":[{"name":"k","value":"1"},{"name":"k","value":"2"}]})", "{}",
           "param \"k\" stands more than once"},
          {R"({"headers":[{"name":"X-K","value":"1"},{"name":"x-k","value":"2"}]})", "{}",
           "header \"X-K\" stands more than once"},
          {R"({"headers":[{"name":"authorization","value":"1"}]})", bearer,
           "header \"authorization\" is not sent"},
          {R"({"params":[{"name":"k","value":"1"}]})",
           R"({"auth":{"type":"api_key","send_as":"query","name":"k","value":"v","prefix":""}})",
           "param \"k\" is not sent"},
          {R"({"body":{"type":"json","text":"1"}})", "{}", "GET with a body"},
          {R"({"method":"POST","body":{"type":"form","fields":[]},
                "headers":[{"name":"Content-Type","value":"application/json"}]})",
           "{}", "but the body is application/x-www-form-urlencoded"},
          {R"({"method":"POST","body":{"type":"graphql","query":"{a(id: \"{{ id }}\")}"}})", "{}",
           "body.query holds a placeholder"},
          {R"({"inputs":[{"name":"id"}]})", "{}", "input \"id\" is not used"},
          {"{}",
           R"({"base_url":"http://api.example","auth":{"type":"basic","username":"u","password":"p"}})",
           "plain http"}}) {
    const std::string warnings = WarningsOf(row.query, row.resource);
    EXPECT_NE(warnings.find(row.expected), std::string::npos) << row.query << ": " << warnings;
  }
}

}  // namespace
}  // namespace sallyport::request::test
