// Previews: nothing is sent, and the curl line that they give can be pasted into a shell.
#include <gmock/gmock.h>

#include <cstdio>
#include <fstream>

#include "support/query_fixture.h"
#include "support/target_servers.h"
#include "support/temp_dir.h"

namespace sallyport::test {
namespace {

using testing::HasSubstr;

class QueryPreview : public QueryFixture {
 protected:
  void SetUp() override {
    StartGateway();
    CreateResource("bin", httpbin_.url(), {{"auth", {{"type", "bearer"}, {"token", "t-1"}}}});
  }

  /// Pastes the command into a shell in `folder_`, with the key in its environment.
  TestJson Paste(const TestJson& preview) {
    std::string command = preview.value("curl", "");
    // The command names public_url; the test's gateway is elsewhere.
    const std::size_t path = command.find("/api/v1/");
    const std::size_t scheme = command.rfind("http", path);
    if (path == std::string::npos || scheme == std::string::npos) return nullptr;
    command.replace(scheme, path - scheme, gateway_->base_url());
    std::ofstream(folder_ / "command.sh") << command << "\n";
    const std::string run = "cd '" + folder_.path().string() + "' && SALLYPORT_KEY='" +
                            gateway_->admin_key() + "' sh command.sh";
    std::string output;
    FILE* pipe = popen(run.c_str(), "r");
    char buffer[4096];
    for (std::size_t got = 0; (got = fread(buffer, 1, sizeof buffer, pipe)) > 0;)
      output.append(buffer, got);
    EXPECT_EQ(pclose(pipe), 0) << command;
    TestJson envelope = TestJson::parse(output, nullptr, false);
    EXPECT_TRUE(envelope.is_object()) << command << "\n" << output;
    return envelope;
  }

  TestJson PreviewOf(const HttpResponse& response) {
    EXPECT_EQ(response.status, 200) << response.body;
    return TestJson::parse(response.body, nullptr, false);
  }

  HttpbinServer httpbin_;
  TempDir folder_;
};

TEST_F(QueryPreview, ShowsTheRequestThatARunSends) {
  SaveQuery("bin", "q",
            {{"method", "POST"},
             {"path", "/anything/{{ id }}"},
             {"params", {{{"name", "q"}, {"value", "{{ text }}"}}}},
             {"body", {{"type", "json"}, {"value", {{"t", "{{ text }}"}}}}}});
  const TestJson params = {{"id", 7}, {"text", "it's $HOME \"`x`\"\n\u00e9"}};
  const TestJson preview = PreviewOf(Preview("bin", "q", params));
  EXPECT_EQ(preview["request"]["method"], "POST");
  EXPECT_EQ(HeaderOf(preview["request"], "authorization"), "********");
  EXPECT_THAT(preview["curl"].get<std::string>(), HasSubstr("$SALLYPORT_KEY"));
  EXPECT_EQ(preview.dump().find(gateway_->admin_key()), std::string::npos);

  const TestJson ran = EnvelopeOf(Run("bin", "q", params));
  EXPECT_EQ(preview["request"], ran["request"]);
  const TestJson pasted = Paste(preview);
  EXPECT_EQ(pasted["body"]["json"], TestJson({{"t", params["text"]}}));
  EXPECT_EQ(pasted["body"]["url"], ran["body"]["url"]);
}

TEST_F(QueryPreview, GivesACommandForAnUnsavedQuery) {
  const TestJson query = {{"path", "/get"},
                          {"headers", {{{"name", "X-A"}, {"value", "it's {{ a }}"}}}}};
  const HttpResponse response = Api("POST", "/api/v1/resources/bin/request/preview",
                                    {{"query", query}, {"params", {{"a", "b"}}}});
  EXPECT_EQ(Paste(PreviewOf(response))["body"]["headers"]["X-A"], "it's b");
}

TEST_F(QueryPreview, GivesACommandForTheUserThatTheKeyActsFor) {
  SaveQuery("bin", "me",
            {{"path", "/get"}, {"params", {{{"name", "u"}, {"value", "{{ user.id }}"}}}}});
  const HttpResponse response = Api("POST", "/api/v1/resources/bin/queries/me/preview",
                                    TestJson::object(), {{"Sallyport-User", "o'neil"}});
  EXPECT_EQ(Paste(PreviewOf(response))["body"]["args"], TestJson({{"u", "o'neil"}}));
}

TEST_F(QueryPreview, GivesACommandThatUploadsFiles) {
  SaveQuery("bin", "up",
            {{"method", "POST"},
             {"path", "/post"},
             {"body",
              {{"type", "multipart"},
               {"fields",
                {{{"name", "note"}, {"value", "{{ note }}"}},
                 {{"name", "doc"}, {"kind", "file"}, {"value", "{{ doc }}"}}}}}},
             {"inputs", {{{"name", "note"}}, {{"name", "doc"}, {"type", "file"}}}}});
  std::ofstream(folder_ / "it's \"1\".txt") << "from disk";
  const TestJson preview = PreviewOf(
      Preview("bin", "up",
              {{"note", "n;a@b"}, {"doc", "data:text/plain;name=it's%20%221%22.txt;base64,eA=="}}));
  const TestJson pasted = Paste(preview);
  EXPECT_EQ(pasted["body"]["files"], TestJson({{"doc", "from disk"}})) << preview["curl"];
  EXPECT_EQ(pasted["body"]["form"], TestJson({{"note", "n;a@b"}}));
}

TEST_F(QueryPreview, MasksSecretInputsInTheCommand) {
  SaveQuery("bin", "s",
            {{"path", "/anything"},
             {"headers", {{{"name", "X-Pin"}, {"value", "{{ pin }}"}}}},
             {"inputs", {{{"name", "pin"}, {"type", "string"}, {"secret", true}}}}});
  const HttpResponse response = Preview("bin", "s", {{"pin", "hunter2"}});
  EXPECT_EQ(response.body.find("hunter2"), std::string::npos) << response.body;
}

TEST_F(QueryPreview, RefusesWhatARunRefuses) {
  SaveQuery("bin", "q", {{"path", "/anything/{{ id }}"}});
  EXPECT_EQ(CodeOf(Preview("bin", "q")), "missing_parameter");
  EXPECT_EQ(CodeOf(Preview("bin", "q", {{"id", ".."}})), "unsafe_value");
}

}  // namespace
}  // namespace sallyport::test
