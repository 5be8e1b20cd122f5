#include "server_harness.h"

#include <array>
#include <memory>
#include <stdexcept>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "sallyport/http/problem.h"

namespace sallyport::test {

namespace {

Task<void> Answer(net::ServerExchange& exchange, int status, std::string body) {
  http::FieldLines fields;
  const net::BodyLength length = net::BodyLength::Known(body.size());
  const std::string_view reason = http::ReasonPhrase(status);
  Result<void> sent = co_await exchange.WriteHead(status, reason, fields, length, body);
  if (!sent) co_return;
  sent = co_await exchange.FinishBody();
}

}  // namespace

Task<void> ScriptedHandler::Handle(net::ServerExchange& exchange) {
  const std::string path(exchange.head().path);
  {
    const std::lock_guard lock(mutex_);
    seen_.push_back(std::string(exchange.head().method) + " " + path);
  }
  if (path == "/echo") {
    co_await Echo(exchange);
  } else if (path == "/stream") {
    co_await Stream(exchange, net::BodyLength::Streamed());
  } else if (path == "/known-stream") {
    co_await Stream(exchange, net::BodyLength::Known(6));
  } else if (path == "/flood") {
    co_await Flood(exchange);
  } else if (path == "/hold") {
    co_await Hold(exchange);
  } else if (path == "/hello" || path == "/ignore") {
    std::string text = "hello";
    co_await Answer(exchange, 200, std::move(text));
  } else if (path == "/close") {
    exchange.CloseAfter();
    std::string text = "bye";
    co_await Answer(exchange, 200, std::move(text));
  } else {
    co_await Misbehave(exchange, path);
  }
}

Task<void> ScriptedHandler::HandleBadHead(net::ServerExchange& exchange, Error error) {
  std::string body(http::CodeOf(error.kind()));
  if (error.retry_after()) body += " retry-after";
  const int status = http::StatusOf(error.kind());
  co_await Answer(exchange, status, std::move(body));
}

std::vector<std::string> ScriptedHandler::seen() const {
  const std::lock_guard lock(mutex_);
  return seen_;
}

Task<void> ScriptedHandler::Echo(net::ServerExchange& exchange) {
  std::string body;
  std::array<char, 1000> piece;
  while (!exchange.body_done()) {
    const Result<std::size_t> read = co_await exchange.ReadBody(piece);
    if (!read) {
      ++body_errors;
      std::string code(http::CodeOf(read.error().kind()));
      const int status = http::StatusOf(read.error().kind());
      co_await Answer(exchange, status, std::move(code));
      co_return;
    }
    body.append(piece.data(), *read);
  }
  co_await Answer(exchange, 200, std::move(body));
}

Task<void> ScriptedHandler::Stream(net::ServerExchange& exchange, net::BodyLength length) {
  http::FieldLines fields;
  Result<void> sent = co_await exchange.WriteHead(200, "OK", fields, length, "abc");
  if (sent) sent = co_await exchange.WriteBody("");
  if (sent) sent = co_await exchange.WriteBody("def");
  if (sent) sent = co_await exchange.FinishBody();
}

Task<void> ScriptedHandler::Flood(net::ServerExchange& exchange) {
  const std::string piece(65536, 'x');
  http::FieldLines fields;
  const net::BodyLength length = net::BodyLength::Streamed();
  Result<void> sent = co_await exchange.WriteHead(200, "OK", fields, length, piece);
  while (sent) {
    sent = co_await exchange.WriteBody(piece);
    flooded = exchange.bytes_sent();
  }
  flood_ended = true;
}

Task<void> ScriptedHandler::Hold(net::ServerExchange& exchange) {
  const boost::asio::any_io_executor executor = co_await boost::asio::this_coro::executor;
  auto timer = std::make_shared<boost::asio::steady_timer>(executor);
  bool caller_gone = false;
  std::function<void()> on_gone = [this, &caller_gone, timer] {
    ++gone;
    caller_gone = true;
    timer->cancel();
  };
  exchange.OnCallerGone(std::move(on_gone));
  while (!release && !caller_gone) {
    boost::system::error_code ec;
    timer->expires_after(std::chrono::milliseconds(5));
    co_await timer->async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ec));
  }
  exchange.OnCallerGone({});
  std::string text = "held";
  co_await Answer(exchange, 200, std::move(text));
}

Task<void> ScriptedHandler::Misbehave(net::ServerExchange& exchange, std::string path) {
  http::FieldLines fields;
  Result<void> sent;
  if (path == "/no-content") {  // with a body and a length that must not go out
    const net::BodyLength length = net::BodyLength::Known(3);
    sent = co_await exchange.WriteHead(204, "No Content", fields, length, "abc");
    if (sent) sent = co_await exchange.FinishBody();
  } else if (path == "/none") {
    const net::BodyLength length = net::BodyLength::None();
    sent = co_await exchange.WriteHead(200, "OK", fields, length, "");
    if (sent) sent = co_await exchange.FinishBody();
  } else if (path == "/throw") {
    throw std::runtime_error("thrown early");
  } else if (path == "/throw-late" || path == "/short") {
    const net::BodyLength length = net::BodyLength::Known(10);
    sent = co_await exchange.WriteHead(200, "OK", fields, length, "abc");
    if (path == "/throw-late") throw std::runtime_error("thrown late");
    sent = co_await exchange.FinishBody();
  } else if (path == "/cut-stream") {
    const net::BodyLength length = net::BodyLength::Streamed();
    sent = co_await exchange.WriteHead(200, "OK", fields, length, "abc");
    exchange.Abort();
  } else if (path == "/long") {
    const net::BodyLength length = net::BodyLength::Known(4);
    sent = co_await exchange.WriteHead(200, "OK", fields, length, "abc");
    sent = co_await exchange.WriteBody("defg");
  }
}

ServerUnderTest::ServerUnderTest(net::ServerLimits limits)
    : server_(std::make_unique<net::Server>(context_, handler, limits, count_, clock_)) {
  net::Endpoint loopback{*IpAddress::Parse("127.0.0.1"), 0};
  Result<net::ListenSockets> sockets = net::ListenSockets::OpenTcp(loopback, net::Door::kMain, 1);
  if (!sockets) throw std::runtime_error(sockets.error().message());
  port_ = sockets->endpoint().port;
  server_->SetFailureHook([this](std::string_view message) {
    const std::lock_guard lock(mutex_);
    failures_.emplace_back(message);
  });
  server_->Accept(sockets->Take(0), net::Door::kMain, false);
  thread_ = std::thread([this] { context_.run(); });
}

ServerUnderTest::~ServerUnderTest() {
  handler.release = true;
  boost::asio::post(context_, [this] { server_.reset(); });
  work_.reset();
  thread_.join();
}

std::vector<std::string> ServerUnderTest::failures() const {
  const std::lock_guard lock(mutex_);
  return failures_;
}

int StatusIn(const std::string& bytes) {
  constexpr std::string_view kVersion = "HTTP/1.1 ";
  if (bytes.rfind(kVersion, 0) != 0) return 0;
  return std::stoi(bytes.substr(kVersion.size(), 3));
}

int Occurrences(const std::string& bytes, const std::string& part) {
  int count = 0;
  for (std::size_t at = bytes.find(part); at != std::string::npos; at = bytes.find(part, at + 1)) {
    ++count;
  }
  return count;
}

}  // namespace sallyport::test
