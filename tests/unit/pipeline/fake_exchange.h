// A caller without a socket.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "sallyport/base/json.h"
#include "sallyport/net/server_exchange.h"

namespace sallyport::pipeline::test {

/// A caller whose request is given as text; records the answer.
class FakeExchange final : public net::ServerExchange {
 public:
  /// `lines`: field lines after Host, each ended by CR LF.
  FakeExchange(std::string_view method, std::string_view target, std::string_view lines = "",
               std::string body = "")
      : raw_(std::string(method) + " " + std::string(target) +
             " HTTP/1.1\r\nHost: gateway.example\r\n" + std::string(lines) + "\r\n"),
        body_(std::move(body)) {
    Result<http::RequestHead> judged = http::ParseRequestHead(raw_, {});
    if (!judged) throw std::logic_error(judged.error().message());
    head_ = std::move(*judged);
    peer_.address = IpAddress::V4(0x7f000001);
  }
  /// A request whose head was refused.
  FakeExchange() { peer_.address = IpAddress::V4(0x7f000001); }

  [[nodiscard]] const http::RequestHead& head() const override { return head_; }
  [[nodiscard]] const net::Peer& peer() const override { return peer_; }
  Task<Result<std::size_t>> ReadBody(std::span<char> buffer) override {
    if (body_failure) co_return *body_failure;
    const std::size_t n = std::min({buffer.size(), body_.size() - read_, piece_bytes});
    std::copy_n(body_.data() + read_, n, buffer.data());
    read_ += n;
    co_return n;
  }
  [[nodiscard]] bool body_done() const override { return read_ == body_.size(); }
  [[nodiscard]] std::string_view buffered_body() const override {
    return body_arrives_with_head ? std::string_view(body_).substr(read_) : std::string_view();
  }
  Task<Result<void>> WriteHead(int its_status, std::string_view its_reason,
                               const http::FieldLines& its_fields, net::BodyLength its_length,
                               std::string_view first) override {
    ++heads;
    if (gone) co_return Gone();
    status = its_status;
    reason = its_reason;
    fields = its_fields.bytes();
    length = its_length;
    first_bytes = first.size();
    if (head_.method != "HEAD") sent = first;
    co_return Result<void>();
  }
  Task<Result<void>> WriteBody(std::string_view bytes) override {
    if (gone_after_writes && *gone_after_writes == 0) co_return Gone();
    if (gone_after_writes) --*gone_after_writes;
    sent += bytes;
    co_return Result<void>();
  }
  Task<Result<void>> FinishBody() override {
    finished = true;
    co_return Result<void>();
  }
  [[nodiscard]] bool head_sent() const override { return status != 0; }
  void CloseAfter() override { closes = true; }
  void Abort() override { aborted = true; }
  [[nodiscard]] std::uint64_t bytes_sent() const override { return sent.size(); }
  [[nodiscard]] std::uint64_t bytes_received() const override { return read_; }

  /// The values of one answer field, joined by " | "; "-" when there is none.
  [[nodiscard]] std::string Field(std::string_view name) const {
    std::string found;
    bool any = false;
    for (std::size_t at = 0; at < fields.size();) {
      const std::size_t end = fields.find("\r\n", at);
      const std::string_view line = std::string_view(fields).substr(at, end - at);
      if (line.starts_with(std::string(name) + ": ")) {
        if (any) found += " | ";
        found += line.substr(name.size() + 2);
        any = true;
      }
      at = end + 2;
    }
    return any ? found : "-";
  }
  [[nodiscard]] std::string Code() const {
    const Json problem = Json::parse(sent, nullptr, false);
    return problem.is_object() ? problem.value("code", "-") : "-";
  }

  void OnCallerGone(std::function<void()> callback) override {
    on_gone_ = std::move(callback);
    ++watches;
  }
  [[nodiscard]] bool watched() const { return static_cast<bool>(on_gone_); }
  /// The caller's connection breaks now.
  void Leave() {
    gone = true;
    const std::function<void()> callback = std::exchange(on_gone_, nullptr);
    if (callback) callback();
  }

  void At(net::Door door) { peer_.door = door; }
  void From(const IpAddress& address) { peer_.address = address; }

  // How the caller behaves.
  std::size_t piece_bytes = 65536;
  bool body_arrives_with_head = true;
  std::optional<Error> body_failure;
  bool gone = false;
  std::optional<int> gone_after_writes;

  // What it got.
  int heads = 0, watches = 0;
  int status = 0;
  std::string reason, fields, sent;
  net::BodyLength length;
  std::size_t first_bytes = 0;
  bool finished = false, aborted = false, closes = false;

 private:
  static Error Gone() {
    return Error(ErrorKind::kMalformedRequest, ErrorSource::kCaller, "the caller is gone");
  }

  std::string raw_;
  http::RequestHead head_;
  net::Peer peer_;
  std::string body_;
  std::size_t read_ = 0;
  std::function<void()> on_gone_;
};

}  // namespace sallyport::pipeline::test
