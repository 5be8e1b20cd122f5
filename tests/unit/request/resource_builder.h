// Compiles resources out of a few members, as they are stored: normalized, masked, secrets beside.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "sallyport/base/json.h"
#include "sallyport/http/message_head.h"
#include "sallyport/request/compiled_resource.h"
#include "sallyport/request/proxy_request.h"
#include "sallyport/store/model.h"

namespace sallyport::request::test {

using CompiledPointer = std::shared_ptr<const CompiledResource>;

/// `members` replace the defaults of contract section 4.
inline CompiledPointer Compile(std::string_view members, store::Secrets secrets = {}) {
  store::Resource resource;
  resource.slug = "r";
  resource.document.body = Json::parse(R"({
    "slug":"r","name":"R","description":"","base_url":"https://api.example/v1",
    "params":[],"headers":[],"cookies":[],"body_fields":[],"variables":{},
    "auth":{"type":"none"},"login_test_url":null,
    "tls":{"verify":true,"ca_pem":null,"client_cert_pem":null,"client_key_pem":null,
           "server_name":null},
    "timeouts":{"connect_ms":null,"first_byte_ms":null,"total_ms":null},
    "redirects":{"follow":"same_origin","max":5},"forward_cookies":[],
    "proxy":{"enabled":false,"methods":["GET","HEAD"],"paths":["/"]},"extra_origins":[]})");
  resource.document.body.update(Json::parse(members));
  resource.document.secrets = std::move(secrets);
  return std::dynamic_pointer_cast<const CompiledResource>(CompileResource(resource));
}

/// A judged request head that owns its bytes.
class Head {
 public:
  /// `lines`: the field lines after Host, each ended by CR LF.
  Head(std::string_view method, std::string_view target, std::string_view lines)
      : bytes_(std::string(method) + " " + std::string(target) +
               " HTTP/1.1\r\nHost: gateway.example\r\n" + std::string(lines) + "\r\n"),
        head_(http::ParseRequestHead(bytes_, {})) {}
  Head(const Head&) = delete;
  [[nodiscard]] const http::RequestHead& get() const { return head_.value(); }

 private:
  std::string bytes_;
  Result<http::RequestHead> head_;
};

inline ProxyOptions Options() { return {"X-Forwarded-User", "sallyport/test"}; }

/// The outgoing head of GET /proxy/r<rest>; "error: <code text>" when it is refused.
inline Result<ProxyRequest> Build(const CompiledPointer& resource, const Head& head) {
  constexpr std::string_view kPrefix = "/proxy/r";
  return BuildProxyRequest(*resource, resource->parts, head.get(),
                           head.get().path.substr(kPrefix.size()), Options());
}

/// The values of one field in an outgoing head, joined by " | "; "-" when there is none.
inline std::string FieldOf(std::string_view head, std::string_view name) {
  std::string found;
  std::size_t at = head.find("\r\n") + 2;
  bool any = false;
  while (at < head.size()) {
    const std::size_t end = head.find("\r\n", at);
    const std::string_view line = head.substr(at, end - at);
    if (line.starts_with(std::string(name) + ": ")) {
      if (any) found += " | ";
      found += line.substr(name.size() + 2);
      any = true;
    }
    at = end + 2;
  }
  return any ? found : "-";
}

}  // namespace sallyport::request::test
