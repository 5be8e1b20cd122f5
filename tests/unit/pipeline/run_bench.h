// Calls that run queries of the resource "r".
#pragma once

#include <string>
#include <string_view>

#include "unit/pipeline/fakes.h"

namespace sallyport::pipeline::test {

inline constexpr std::string_view kJson = "Content-Type: application/json\r\n";
inline constexpr std::string_view kBoundary = "XyZ";

inline std::string WithBody(std::string_view lines, std::string_view body) {
  return std::string(lines) + "Content-Length: " + std::to_string(body.size()) + "\r\n";
}

/// POST as the admin, unless `lines` say who calls.
inline FakeExchange Post(std::string_view target, std::string body,
                         std::string_view lines = kAdmin) {
  const std::string fields = WithBody(std::string(lines) + std::string(kJson), body);
  return FakeExchange("POST", target, fields, std::move(body));
}

inline FakeExchange RunOf(std::string_view query, std::string body = "{}",
                          std::string_view lines = kAdmin) {
  return Post("/api/v1/resources/r/queries/" + std::string(query) + "/run", std::move(body), lines);
}

inline Json Sent(const FakeExchange& exchange) {
  return Json::parse(exchange.sent, nullptr, false);
}

/// One part; `filename` "" for a text.
inline std::string Part(std::string_view name, std::string_view content,
                        std::string_view filename = "", std::string_view type = "") {
  std::string part = "--" + std::string(kBoundary) + "\r\nContent-Disposition: form-data; name=\"" +
                     std::string(name) + "\"";
  if (!filename.empty()) part += "; filename=\"" + std::string(filename) + "\"";
  if (!type.empty()) part += "\r\nContent-Type: " + std::string(type);
  return part + "\r\n\r\n" + std::string(content) + "\r\n";
}

inline std::string FormEnd() { return "--" + std::string(kBoundary) + "--\r\n"; }

inline FakeExchange PostForm(std::string_view target, std::string body) {
  const std::string type =
      "Content-Type: multipart/form-data; boundary=" + std::string(kBoundary) + "\r\n";
  const std::string fields = WithBody(std::string(kAdmin) + type, body);
  return FakeExchange("POST", target, fields, std::move(body));
}

inline FakeExchange RunForm(std::string_view query, std::string parts) {
  return PostForm("/api/v1/resources/r/queries/" + std::string(query) + "/run",
                  std::move(parts) + FormEnd());
}

}  // namespace sallyport::pipeline::test
