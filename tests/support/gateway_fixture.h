// A running gateway that may dial loopback, and the calls that most integration tests make.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include <nlohmann/json.hpp>

#include "support/gateway_process.h"
#include "support/http_client.h"

namespace sallyport::test {

using TestJson = nlohmann::json;

/// What most tests want: targets on loopback, no access lines.
inline constexpr std::string_view kLoopbackConfig =
    "egress: {allow: [\"127.0.0.0/8\"]}\nlog: {access: false}\n";

class GatewayFixture : public testing::Test {
 protected:
  /// Starts the binary; a failure is fatal to the test.
  void StartGateway(std::string config = std::string(kLoopbackConfig));

  /// The JSON API as the admin. `path` starts at "/api/v1".
  HttpResponse Api(const std::string& method, const std::string& path,
                   const TestJson& body = nullptr, HeaderList headers = {});
  /// A call through the proxy as the admin.
  HttpResponse Proxy(const std::string& method, const std::string& path,
                     const std::string& body = "", HeaderList headers = {});
  /// Creates a resource; what `extra` has is merged into {"slug","name","base_url"}.
  void CreateResource(const std::string& slug, const std::string& base_url,
                      const TestJson& extra = TestJson::object());
  /// `code` of a problem body, "" when there is none.
  static std::string CodeOf(const HttpResponse& response);

  std::unique_ptr<GatewayProcess> gateway_;
};

}  // namespace sallyport::test
