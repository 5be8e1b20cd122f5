// An Upstream on a private io_context, with calls written in a line.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "sallyport/net/resolver.h"
#include "sallyport/net/upstream.h"
#include "support/tls_target.h"

namespace sallyport::net {

/// What a call came to: an error, or an answer read to its end (or to an error in its body).
struct Outcome {
  std::optional<Error> error;       ///< of Send
  std::optional<Error> body_error;  ///< of ReadBody
  int status = 0;
  std::string body;
  CallTiming timing;
  [[nodiscard]] ErrorKind kind() const {
    if (error) return error->kind();
    return body_error ? body_error->kind() : ErrorKind::kInternal;
  }
  [[nodiscard]] std::string message() const {
    if (error) return error->message();
    return body_error ? body_error->message() : "";
  }
};

/// Gives pieces; then ends, fails, or waits until it is cancelled.
class PieceSource final : public BodySource {
 public:
  enum class Then { kEnd, kFail, kWait };
  PieceSource(boost::asio::io_context& context, std::deque<std::string> pieces, Then then)
      : timer_(context), pieces_(std::move(pieces)), then_(then) {}
  Task<Result<std::size_t>> Read(std::span<char> buffer) override;
  [[nodiscard]] int reads() const { return reads_; }
  [[nodiscard]] bool waiting() const { return waiting_; }

 private:
  boost::asio::steady_timer timer_;
  std::deque<std::string> pieces_;
  Then then_;
  int reads_ = 0;
  bool waiting_ = false;
};

class UpstreamTest : public testing::Test {
 protected:
  UpstreamTest();

  /// A call to 127.0.0.1; `fields` is added to the head ("A: b\r\n").
  static OutboundCall Call(std::uint16_t port, std::string method = "GET", std::string fields = "",
                           std::string body = "");
  static OutboundCall TlsCall(std::uint16_t port, const TlsSettings& settings);
  static TlsProfilePointer Profile(const TlsSettings& settings);
  Outcome Send(OutboundCall call);
  Outcome Get(std::uint16_t port) { return Send(Call(port)); }

  boost::asio::io_context context_;
  RealClock clock_;
  Resolver resolver_;
  EgressOptions egress_;
  std::unique_ptr<Upstream> upstream_;
};

inline const std::string kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// Answers every request of every connection with `answer`.
test::TlsTarget::Script Always(std::string answer);

/// Over TLS: with a close_notify or without.
enum class Closing : std::uint8_t { kInOrder, kAtOnce };
/// Answers three requests with kOk and the fourth with `last`, whose bytes come together with the
/// FIN.
test::TlsTarget::Script EndsWithTheFourth(std::string last, Closing closing);

}  // namespace sallyport::net
