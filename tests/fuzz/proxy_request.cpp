// A caller's head on its way to a target: what is sent is one head that our own judge admits, for
// the resource's own host, below its base path, without anything that is the gateway's business.
#include <cstdint>
#include <string>

#include "require.h"
#include "sallyport/base/strings.h"
#include "sallyport/http/message_head.h"
#include "sallyport/http/url.h"
#include "sallyport/request/proxy_request.h"

using namespace sallyport;
using namespace sallyport::request;

namespace {

constexpr std::string_view kPrefix = "/proxy/r";
const ProxyOptions kOptions{"X-Forwarded-User", "sallyport/fuzz"};

std::shared_ptr<const CompiledResource> MakeResource() {
  store::Resource resource;
  resource.slug = "r";
  resource.document.body = Json::parse(R"({
    "slug":"r","name":"R","description":"","base_url":"https://api.example/v1?fixed=1",
    "params":[{"name":"own","value":"1","enabled":true,"secret":false,"description":""}],
    "headers":[{"name":"X-Own","value":"1","enabled":true,"secret":false,"description":""}],
    "cookies":[{"name":"own","value":"1","enabled":true,"secret":false,"description":""}],
    "body_fields":[],"variables":{},"auth":{"type":"none"},"login_test_url":null,
    "tls":{"verify":true,"ca_pem":null,"client_cert_pem":null,"client_key_pem":null,
           "server_name":null},
    "timeouts":{"connect_ms":null,"first_byte_ms":null,"total_ms":null},
    "redirects":{"follow":"same_origin","max":5},"forward_cookies":["theme"],
    "proxy":{"enabled":true,"methods":["GET"],"paths":["/"]},"extra_origins":[]})");
  return std::dynamic_pointer_cast<const CompiledResource>(CompileResource(resource));
}

/// Compared as CGI and its like do: '_' is '-'.
std::string Folded(std::string_view name) {
  std::string folded = ToLowerAscii(name);
  for (char& c : folded) {
    if (c == '_') c = '-';
  }
  return folded;
}

bool IsTheGatewaysBusiness(const std::string& name) {
  for (const char* own : {"authorization", "proxy-authorization", "origin", "referer", "forwarded",
                          "te", "trailer", "upgrade", "keep-alive", "proxy-connection"}) {
    if (name == own) return true;
  }
  return name.starts_with("sec-") || name.starts_with("sallyport-") ||
         name.starts_with("x-forwarded-");
}

void RequireOutgoing(const ProxyRequest& out, const http::RequestHead& in) {
  const Result<http::RequestHead> head = http::ParseRequestHead(out.head, {1 << 20, 1000, 1 << 20});
  FUZZ_REQUIRE(head);
  FUZZ_REQUIRE(head->method == in.method && head->target == out.target);
  FUZZ_REQUIRE(head->host == "api.example" && !head->http_1_0);
  FUZZ_REQUIRE(head->framing == in.framing ||
               (in.framing == http::BodyFraming::kNone && head->content_length == 0));
  FUZZ_REQUIRE(head->content_length == in.content_length);
  FUZZ_REQUIRE(!head->wants_upgrade);
  FUZZ_REQUIRE(http::PathHasPrefix(head->path, "/v1") && !http::LeavesItsPlace(head->path));
  FUZZ_REQUIRE(head->query.starts_with("fixed=1&own=1"));
  FUZZ_REQUIRE(head->fields.FindAll("via").size() >= 1);
  FUZZ_REQUIRE(head->fields.FindAll("x-own").size() == 1);
  FUZZ_REQUIRE(head->fields.FindAll("cookie").size() == 1);
  for (const http::FieldView& field : head->fields) {
    FUZZ_REQUIRE(!IsTheGatewaysBusiness(Folded(field.name)));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::shared_ptr<const CompiledResource> resource = MakeResource();
  const std::string raw(reinterpret_cast<const char*>(data), size);
  const Result<http::RequestHead> head = http::ParseRequestHead(raw, {});
  if (!head || !head->path.starts_with(kPrefix)) return 0;
  const std::string_view rest = head->path.substr(kPrefix.size());
  if (!rest.empty() && rest.front() != '/') return 0;

  const Result<ProxyRequest> out =
      BuildProxyRequest(*resource, resource->parts, *head, rest, kOptions);
  if (out) {
    RequireOutgoing(*out, *head);
  } else {
    FUZZ_REQUIRE(out.error().kind() == ErrorKind::kOutsideBaseUrl ||
                 out.error().kind() == ErrorKind::kUnsafeValue);
  }
  (void)ProxyAllows(resource->proxy, head->method, rest);
  return 0;
}
