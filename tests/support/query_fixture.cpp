#include "support/query_fixture.h"

#include <utility>

namespace sallyport::test {

std::string FormPartHead(const FormPart& part) {
  std::string head = "--" + std::string(kFormBoundary) +
                     "\r\nContent-Disposition: form-data; name=\"" + part.name + "\"";
  if (!part.filename.empty()) head += "; filename=\"" + part.filename + "\"";
  if (!part.type.empty()) head += "\r\nContent-Type: " + part.type;
  return head + "\r\n\r\n";
}

std::string FormBody(const std::vector<FormPart>& parts) {
  std::string body;
  for (const FormPart& part : parts) body += FormPartHead(part) + part.content + "\r\n";
  return body + FormEnd();
}

std::string FormEnd() { return "--" + std::string(kFormBoundary) + "--\r\n"; }

std::pair<std::string, std::string> FormType() {
  return {"Content-Type", "multipart/form-data; boundary=" + std::string(kFormBoundary)};
}

std::string QueryFixture::QueryPath(const std::string& resource, const std::string& slug) {
  return "/api/v1/resources/" + resource + "/queries/" + slug;
}

void QueryFixture::SaveQuery(const std::string& resource, const std::string& slug, TestJson query) {
  query["slug"] = slug;
  const HttpResponse saved = Api("POST", "/api/v1/resources/" + resource + "/queries", query);
  ASSERT_EQ(saved.status, 201) << saved.body << "\n" << query.dump(1);
}

HttpResponse QueryFixture::Run(const std::string& resource, const std::string& slug,
                               const TestJson& params, const std::string& query_string,
                               HeaderList headers) {
  return Api("POST", QueryPath(resource, slug) + "/run" + query_string, {{"params", params}},
             std::move(headers));
}

HttpResponse QueryFixture::GetRun(const std::string& resource, const std::string& slug,
                                  const std::string& query_string, HeaderList headers) {
  return Api("GET", QueryPath(resource, slug) + "/run" + query_string, nullptr, std::move(headers));
}

HttpResponse QueryFixture::RunForm(const std::string& resource, const std::string& slug,
                                   const std::vector<FormPart>& parts) {
  HttpRequest request;
  request.method = "POST";
  request.url = gateway_->base_url() + QueryPath(resource, slug) + "/run";
  request.headers = {Bearer(gateway_->admin_key()), FormType()};
  request.body = FormBody(parts);
  request.timeout = std::chrono::seconds(60);
  return HttpSend(request);
}

HttpResponse QueryFixture::Preview(const std::string& resource, const std::string& slug,
                                   const TestJson& params) {
  return Api("POST", QueryPath(resource, slug) + "/preview", {{"params", params}});
}

HttpResponse QueryFixture::Request(const std::string& resource, const TestJson& query,
                                   const TestJson& params) {
  return Api("POST", "/api/v1/resources/" + resource + "/request",
             {{"query", query}, {"params", params}});
}

TestJson QueryFixture::EnvelopeOf(const HttpResponse& response) {
  EXPECT_EQ(response.status, 200) << response.body;
  EXPECT_EQ(response.Header("Sallyport-Source"), "gateway");
  TestJson envelope = TestJson::parse(response.body, nullptr, false);
  EXPECT_TRUE(envelope.is_object() && envelope.contains("body_encoding")) << response.body;
  if (envelope.is_object() && envelope.contains("body_encoding")) return envelope;
  // With the members that tests look at, so that a failed one goes on to say more.
  return {{"status", 0},
          {"headers", TestJson::array()},
          {"body", nullptr},
          {"body_encoding", ""},
          {"size", -1},
          {"warnings", TestJson::array()},
          {"request", {{"url", ""}, {"headers", TestJson::array()}}},
          {"redirects", TestJson::array()},
          {"attempts", 0}};
}

TestJson QueryFixture::HeaderOf(const TestJson& message, const std::string& name) {
  for (const TestJson& field : message.value("headers", TestJson::array())) {
    if (field[0] == name) return field[1];
  }
  return nullptr;
}

}  // namespace sallyport::test
