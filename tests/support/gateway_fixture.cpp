#include "support/gateway_fixture.h"

namespace sallyport::test {

void GatewayFixture::StartGateway(std::string config) {
  GatewayOptions options;
  options.config = std::move(config);
  gateway_ = std::make_unique<GatewayProcess>(std::move(options));
  const bool started = gateway_->Start();
  ASSERT_TRUE(started) << gateway_->stderr_text();
}

HttpResponse GatewayFixture::Api(const std::string& method, const std::string& path,
                                 const TestJson& body, HeaderList headers) {
  headers.push_back(Bearer(gateway_->admin_key()));
  const std::string url = gateway_->base_url() + path;
  if (!body.is_null()) return HttpJson(method, url, body.dump(), std::move(headers));
  HttpRequest request;
  request.method = method;
  request.url = url;
  request.headers = std::move(headers);
  return HttpSend(request);
}

HttpResponse GatewayFixture::Proxy(const std::string& method, const std::string& path,
                                   const std::string& body, HeaderList headers) {
  HttpRequest request;
  request.method = method;
  request.url = gateway_->base_url() + "/proxy/" + path;
  request.headers = std::move(headers);
  request.headers.push_back(Bearer(gateway_->admin_key()));
  request.body = body;
  request.timeout = std::chrono::seconds(60);
  return HttpSend(request);
}

void GatewayFixture::CreateResource(const std::string& slug, const std::string& base_url,
                                    const TestJson& extra) {
  TestJson resource = {{"slug", slug}, {"name", slug}, {"base_url", base_url}};
  resource.update(extra);
  const HttpResponse response = Api("POST", "/api/v1/resources", resource);
  ASSERT_EQ(response.status, 201) << response.body;
}

std::string GatewayFixture::CodeOf(const HttpResponse& response) {
  const TestJson problem = TestJson::parse(response.body, nullptr, false);
  return problem.is_object() ? problem.value("code", "") : "";
}

}  // namespace sallyport::test
