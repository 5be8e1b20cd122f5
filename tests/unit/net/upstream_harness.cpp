#include "unit/net/upstream_harness.h"

#include <algorithm>
#include <utility>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "support/run_task.h"

namespace sallyport::net {
namespace {

namespace asio = boost::asio;

Task<Outcome> Perform(Upstream& upstream, OutboundCall call) {
  Outcome outcome;
  Result<std::unique_ptr<UpstreamAnswer>> sent = co_await upstream.Send(std::move(call));
  if (!sent) {
    outcome.error = sent.error();
    co_return outcome;
  }
  const std::unique_ptr<UpstreamAnswer> answer = std::move(*sent);
  outcome.status = answer->head().status;
  outcome.timing = answer->timing();
  std::vector<char> buffer(65536);
  while (!answer->body_done()) {
    Result<std::size_t> piece = co_await answer->ReadBody(buffer);
    if (!piece) {
      outcome.body_error = piece.error();
      break;
    }
    if (*piece == 0) break;
    outcome.body.append(buffer.data(), *piece);
  }
  co_await answer->Finish();
  co_return outcome;
}

}  // namespace

Task<Result<std::size_t>> PieceSource::Read(std::span<char> buffer) {
  ++reads_;
  if (!pieces_.empty()) {
    std::string piece = std::move(pieces_.front());
    pieces_.pop_front();
    const std::size_t size = std::min(piece.size(), buffer.size());
    std::copy_n(piece.begin(), size, buffer.begin());
    if (size < piece.size()) pieces_.push_front(piece.substr(size));
    co_return size;
  }
  if (then_ == Then::kEnd) co_return std::size_t{0};
  if (then_ == Then::kWait) {
    waiting_ = true;
    boost::system::error_code ec;
    timer_.expires_after(std::chrono::seconds(30));
    co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, ec));
    waiting_ = false;
  }
  co_return Error(ErrorKind::kMalformedRequest, ErrorSource::kCaller, "the body is bad");
}

UpstreamTest::UpstreamTest() : resolver_({}, Resolver::SystemLookup(), clock_) {
  egress_.allow_loopback = true;
  upstream_ =
      std::make_unique<Upstream>(context_, resolver_, std::make_shared<const EgressPolicy>(egress_),
                                 UpstreamOptions{}, clock_);
}

OutboundCall UpstreamTest::Call(std::uint16_t port, std::string method, std::string fields,
                                std::string body) {
  OutboundCall call;
  call.destination.origin = http::Origin{"http", "127.0.0.1", port};
  call.head = method + " / HTTP/1.1\r\nHost: x\r\n" + fields;
  if (!body.empty()) call.head += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  call.head += "\r\n";
  call.retry_on_stale = method == "GET" || method == "PUT";
  call.method = std::move(method);
  call.body = std::move(body);
  return call;
}

TlsProfilePointer UpstreamTest::Profile(const TlsSettings& settings) {
  Result<TlsProfilePointer> profile = MakeTlsProfile(settings);
  EXPECT_TRUE(profile) << (profile ? "" : profile.error().message());
  return profile ? *profile : nullptr;
}

OutboundCall UpstreamTest::TlsCall(std::uint16_t port, const TlsSettings& settings) {
  OutboundCall call = Call(port);
  call.destination.origin = http::Origin{"https", "localhost", port};
  call.destination.tls = Profile(settings);
  return call;
}

Outcome UpstreamTest::Send(OutboundCall call) {
  return test::RunTask(context_, Perform(*upstream_, std::move(call)));
}

test::TlsTarget::Script Always(std::string answer) {
  return [answer = std::move(answer)](test::TargetSide& side, int) {
    while (!side.ReadHead().empty()) side.Send(answer);
  };
}

test::TlsTarget::Script EndsWithTheFourth(std::string last, Closing closing) {
  return [last = std::move(last), closing](test::TargetSide& side, int) {
    for (int i = 0; i < 3; ++i) {
      side.ReadHead();
      side.Send(kOk);
    }
    side.ReadHead();
    side.Cork();
    side.Send(last);
    if (closing == Closing::kInOrder) {
      side.CloseInOrder();
    } else {
      side.Close();
    }
  };
}

}  // namespace sallyport::net
