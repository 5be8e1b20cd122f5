// A target without a socket.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "sallyport/pipeline/upstream_client.h"

namespace sallyport::pipeline::test {

/// What a target answers: a head as text, then pieces of the body, then perhaps a failure.
struct Script {
  Script() = default;
  Script(std::string its_head, std::deque<std::string> its_pieces)
      : head(std::move(its_head)), pieces(std::move(its_pieces)) {}
  std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";
  std::deque<std::string> pieces{"ok"};
  std::optional<Error> failure;  ///< after the pieces
  bool ready = true;
};

class FakeAnswer final : public net::UpstreamAnswer {
 public:
  /// Counts calls of Finish in `finishes`.
  FakeAnswer(Script script, std::string method, int* finishes)
      : finishes_(finishes),
        script_(std::move(script)),
        head_(http::ParseResponseHead(script_.head, method, {}).value()) {}
  [[nodiscard]] const http::ResponseHead& head() const override { return head_; }
  [[nodiscard]] const net::CallTiming& timing() const override { return timing_; }
  [[nodiscard]] bool body_ready() const override { return script_.ready; }
  Task<Result<std::size_t>> ReadBody(std::span<char> buffer) override {
    if (script_.pieces.empty()) {
      if (script_.failure) co_return *script_.failure;
      co_return std::size_t{0};
    }
    std::string& piece = script_.pieces.front();
    const std::size_t n = std::min(buffer.size(), piece.size());
    std::copy_n(piece.data(), n, buffer.data());
    piece.erase(0, n);
    if (piece.empty()) script_.pieces.pop_front();
    co_return n;
  }
  [[nodiscard]] bool body_done() const override {
    return script_.pieces.empty() && !script_.failure;
  }
  Task<void> Finish() override {
    if (finishes_ != nullptr) ++*finishes_;
    co_return;
  }

 private:
  int* finishes_;
  Script script_;
  http::ResponseHead head_;
  net::CallTiming timing_{1, 2, 3, 12, false};
};

/// One request as it came, and what became of it.
struct SeenRequest {
  std::string origin, head, body;
  bool has_tls = false;
};

/// What the target saw, and what it will answer.
struct FakeTarget {
  std::optional<Error> refusal;
  bool silent = false;  ///< never answers; ends by cancellation only
  std::function<void()> when_silent;
  bool throws = false;
  Script script;
  /// Answers and failures of the first calls; then the members above decide.
  std::deque<std::variant<Script, Error>> plan;
  std::vector<SeenRequest> seen;

  int calls = 0, finishes = 0;
  std::string head, body, origin;
  bool retry_on_stale = false, chunked = false, had_source = false, cancelled = false;
  net::UpstreamTimeouts timeouts;
};

class FakeUpstream final : public UpstreamClient {
 public:
  explicit FakeUpstream(FakeTarget& target) : target_(target) {}

  Task<Result<std::unique_ptr<net::UpstreamAnswer>>> Send(net::OutboundCall&& call) override {
    return Answer(std::move(call));
  }

 private:
  Task<Result<std::unique_ptr<net::UpstreamAnswer>>> Answer(net::OutboundCall call) {
    ++target_.calls;
    target_.head = call.head;
    target_.body = call.body;
    target_.origin = call.destination.origin.ToString();
    target_.retry_on_stale = call.retry_on_stale;
    target_.chunked = call.chunked;
    target_.had_source = call.source != nullptr;
    target_.timeouts = call.timeouts;
    if (target_.throws) throw std::runtime_error("broken stage");
    const bool unreachable = !target_.plan.empty() && NothingIsSent(target_.plan.front());
    if (call.source != nullptr && !unreachable) {
      Result<void> uploaded = co_await Upload(*call.source);
      if (!uploaded) co_return std::move(uploaded.error());
    }
    target_.seen.push_back(
        {target_.origin, target_.head, target_.body, call.destination.tls != nullptr});
    if (!target_.plan.empty()) co_return Planned(call);
    if (target_.silent) {
      co_await WaitForCancellation(call.handle);
      if (call.handle->cancelled()) {
        co_return Error(ErrorKind::kUpstreamReset, ErrorSource::kTarget, "closed");
      }
    }
    if (target_.refusal) co_return *target_.refusal;
    std::unique_ptr<net::UpstreamAnswer> answer =
        std::make_unique<FakeAnswer>(target_.script, call.method, &target_.finishes);
    co_return answer;
  }

  static bool NothingIsSent(const std::variant<Script, Error>& step) {
    const auto* error = std::get_if<Error>(&step);
    return error != nullptr && error->kind() == ErrorKind::kConnectFailed;
  }

  Result<std::unique_ptr<net::UpstreamAnswer>> Planned(const net::OutboundCall& call) {
    std::variant<Script, Error> step = std::move(target_.plan.front());
    target_.plan.pop_front();
    if (auto* error = std::get_if<Error>(&step)) return std::move(*error);
    std::unique_ptr<net::UpstreamAnswer> answer = std::make_unique<FakeAnswer>(
        std::get<Script>(std::move(step)), call.method, &target_.finishes);
    return answer;
  }

  Task<Result<void>> Upload(net::BodySource& source) {
    char piece[1000];
    while (true) {
      const std::span<char> room(piece);
      Result<std::size_t> read = co_await source.Read(room);
      if (!read) co_return std::move(read.error());
      if (*read == 0) co_return Result<void>();
      target_.body.append(piece, *read);
    }
  }

  struct Silence final : net::Closable {
    explicit Silence(const boost::asio::any_io_executor& executor)
        : timer(executor, std::chrono::hours(1)) {}
    void Close() override { timer.expires_after(std::chrono::seconds(0)); }
    boost::asio::steady_timer timer;
  };

  Task<void> WaitForCancellation(net::CallHandle* handle) {
    boost::asio::any_io_executor executor = co_await boost::asio::this_coro::executor;
    const auto silence = std::make_shared<Silence>(executor);
    handle->WaitsOn(silence);
    if (target_.when_silent) target_.when_silent();
    boost::system::error_code ec;
    co_await silence->timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ec));
    target_.cancelled = ec || handle->cancelled();
  }

  FakeTarget& target_;
};

}  // namespace sallyport::pipeline::test
