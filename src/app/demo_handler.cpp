#include "app/demo_handler.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "sallyport/base/json.h"
#include "sallyport/base/strings.h"
#include "sallyport/http/field_lines.h"
#include "sallyport/http/problem.h"

namespace sallyport::app {
namespace {

constexpr std::size_t kMostBody = 1024 * 1024;
constexpr std::uint64_t kMostBytes = 1024ULL * 1024 * 1024;

http::FieldLines ContentType(std::string_view type) {
  http::FieldLines fields;
  (void)fields.Add("Content-Type", type);  // both are constants
  return fields;
}

/// The number behind `prefix`, if the path is that.
std::optional<std::uint64_t> NumberAfter(std::string_view path, std::string_view prefix) {
  if (path.rfind(prefix, 0) != 0) return std::nullopt;
  return ParseUnsigned(path.substr(prefix.size()));
}

Task<Result<std::string>> ReadWhole(net::ServerExchange& exchange) {
  std::string body;
  std::array<char, 16384> buffer;
  while (true) {
    const Result<std::size_t> got = co_await exchange.ReadBody(buffer);
    if (!got) co_return got.error();
    if (*got == 0) co_return body;
    body.append(buffer.data(), *got);
    if (body.size() > kMostBody) {
      co_return Error(ErrorKind::kPayloadTooLarge, ErrorSource::kCaller,
                      "the demo target takes 1 MiB");
    }
  }
}

std::string EchoOf(const http::RequestHead& head, const std::string& body) {
  Json echo;
  echo["method"] = head.method;
  echo["path"] = head.path;
  echo["query"] = head.query;
  echo["headers"] = Json::array();
  for (const http::FieldView& field : head.fields) {
    echo["headers"].push_back(Json::array({field.name, field.value}));
  }
  echo["body"] = body;
  return DumpJson(echo) + "\n";
}

Task<void> Answer(net::ServerExchange& exchange, int status, std::string_view type,
                  std::string body) {
  const http::FieldLines fields = ContentType(type);
  const net::BodyLength length = net::BodyLength::Known(body.size());
  const std::string_view reason = http::ReasonPhrase(status);
  const Result<void> sent = co_await exchange.WriteHead(status, reason, fields, length, body);
  if (!sent) exchange.Abort();
}

Task<void> SendBytes(net::ServerExchange& exchange, std::uint64_t size) {
  const http::FieldLines fields = ContentType("application/octet-stream");
  const net::BodyLength length = net::BodyLength::Known(size);
  Result<void> sent = co_await exchange.WriteHead(200, "OK", fields, length, "");
  const std::string block(65536, 'x');
  while (sent && size > 0) {
    const std::uint64_t part = std::min<std::uint64_t>(size, block.size());
    const std::string_view piece = std::string_view(block).substr(0, part);
    sent = co_await exchange.WriteBody(piece);
    size -= part;
  }
  if (!sent) exchange.Abort();
}

Task<void> Stream(net::ServerExchange& exchange) {
  constexpr int kLines = 10;
  const http::FieldLines fields = ContentType("application/x-ndjson");
  const net::BodyLength length = net::BodyLength::Streamed();
  Result<void> sent = co_await exchange.WriteHead(200, "OK", fields, length, "");
  for (int i = 1; sent && i <= kLines; ++i) {
    const std::string line = "{\"line\":" + std::to_string(i) + "}\n";
    sent = co_await exchange.WriteBody(line);
  }
  if (sent) sent = co_await exchange.FinishBody();
  if (!sent) exchange.Abort();
}

}  // namespace

Task<void> DemoHandler::Handle(net::ServerExchange& exchange) {
  const std::string path(exchange.head().path);
  const bool head_only = exchange.head().method == "HEAD";
  if (const auto size = NumberAfter(path, "/bytes/"); size && *size <= kMostBytes && !head_only) {
    co_await SendBytes(exchange, *size);
    co_return;
  }
  if (path == "/stream" && !head_only) {
    co_await Stream(exchange);
    co_return;
  }
  Result<std::string> body = co_await ReadWhole(exchange);
  if (!body) {
    Error error = std::move(body).error();
    co_await HandleBadHead(exchange, std::move(error));
    co_return;
  }
  const std::optional<std::uint64_t> wanted = NumberAfter(path, "/status/");
  const int status = wanted && *wanted >= 200 && *wanted <= 599 ? static_cast<int>(*wanted) : 200;
  std::string echo = EchoOf(exchange.head(), *body);
  co_await Answer(exchange, status, "application/json", std::move(echo));
}

Task<void> DemoHandler::HandleBadHead(net::ServerExchange& exchange, Error error) {
  std::string body = http::RenderProblem(error, "/", "demo");
  const int status = http::StatusOf(error.kind());
  co_await Answer(exchange, status, http::kProblemJson, std::move(body));
}

}  // namespace sallyport::app
