#include "sallyport/oauth/net_provider_client.h"

#include <algorithm>
#include <array>
#include <utility>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include "sallyport/http/content_coding.h"

namespace sallyport::oauth {
namespace {

namespace asio = boost::asio;

// Edited settings leave their old profile behind.
constexpr std::size_t kMostProfiles = 1024;

/// Ends a call when the time for the whole exchange is over.
class Deadline {
 public:
  Deadline(const asio::any_io_executor& executor, Milliseconds limit)
      : shared_(std::make_shared<Shared>(executor)) {
    shared_->timer.expires_after(limit);
    shared_->timer.async_wait([shared = shared_](const boost::system::error_code& error) {
      if (error || shared->over) return;
      shared->passed = true;
      shared->handle.Cancel();
    });
  }
  ~Deadline() {
    shared_->over = true;
    shared_->timer.cancel();
  }
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  [[nodiscard]] net::CallHandle& handle() { return shared_->handle; }
  [[nodiscard]] bool passed() const { return shared_->passed; }

 private:
  struct Shared {
    explicit Shared(const asio::any_io_executor& executor) : timer(executor) {}
    asio::steady_timer timer;
    net::CallHandle handle;
    bool passed = false;
    bool over = false;
  };
  std::shared_ptr<Shared> shared_;
};

/// How long one call may take.
struct CallLimits {
  net::UpstreamTimeouts phases;
  Milliseconds total;
  const char* who = "The provider";
  const char* setting = "timeouts.token";
};

CallLimits LimitsFor(const ProviderSettings& settings, const ProviderCall& call) {
  CallLimits limits{settings.timeouts, settings.total};
  if (call.target_timeouts) {
    const request::TargetTimeouts& own = *call.target_timeouts;
    limits.who = "The target";
    if (own.connect_ms) limits.phases.connect = Milliseconds(*own.connect_ms);
    if (own.first_byte_ms) limits.phases.first_byte = Milliseconds(*own.first_byte_ms);
    if (own.total_ms) {
      limits.total = Milliseconds(*own.total_ms);
      limits.setting = "the resource's timeouts.total_ms";
    }
  }
  net::UpstreamTimeouts& phases = limits.phases;
  for (Milliseconds* phase :
       {&phases.dns, &phases.connect, &phases.tls, &phases.first_byte, &phases.body_idle}) {
    *phase = std::min(*phase, limits.total);
  }
  return limits;
}

Error TimeIsUp(const CallLimits& limits) {
  return {ErrorKind::kUpstreamTimeout, ErrorSource::kTarget,
          std::string(limits.who) + " did not answer completely within " +
              std::to_string(limits.total.count()) + " ms (" + limits.setting + ")."};
}

Error TooLarge(std::size_t limit) {
  return {ErrorKind::kUpstreamTooLarge, ErrorSource::kTarget,
          "The provider's answer is larger than " + std::to_string(limit) + " bytes."};
}

/// Calls are rare, and a refresh that met the end of an idle connection could not be sent again:
/// nobody knows whether it was read.
net::UpstreamOptions Unpooled(const ProviderSettings& settings) {
  net::UpstreamOptions options = settings.upstream;
  options.idle_per_origin = 0;
  return options;
}

Task<Result<std::string>> ReadAll(net::UpstreamAnswer& answer, std::size_t limit) {
  std::string body;
  std::array<char, 16384> piece;
  while (true) {
    const std::span<char> room(piece);
    Result<std::size_t> read = co_await answer.ReadBody(room);
    if (!read) co_return read.error();
    if (*read == 0) co_return body;
    if (body.size() + *read > limit) {
      co_return TooLarge(limit);
    }
    body.append(piece.data(), *read);
  }
}

/// Nobody asks for a coding, and some send one all the same, as they may (RFC 9110 §12.5.3). More
/// than one, or an unknown one, stays: whoever reads the body says that it is not what it should
/// be.
Result<std::string> Decoded(const http::ResponseHead& head, std::string body, std::size_t limit) {
  const std::vector<std::string> codings =
      http::ContentCodings(head.fields.Find("Content-Encoding").value_or(""));
  if (codings.size() != 1 || !http::IsKnownCoding(codings.front())) return body;
  http::DecodeLimits limits;
  limits.bytes = limit;
  const std::unique_ptr<http::ContentDecoder> decoder = http::MakeDecoder(codings.front(), limits);
  std::string decoded;
  Result<void> done = decoder->Decode(body, decoded);
  if (done) done = decoder->Finish();
  if (done) return decoded;
  if (done.error().kind() == ErrorKind::kUpstreamTooLarge) return TooLarge(limit);
  return std::move(done).error();
}

}  // namespace

NetProviderClient::Shared::Shared(ProviderSettings settings)
    : settings_(std::make_shared<const ProviderSettings>(std::move(settings))) {}

void NetProviderClient::Shared::Set(ProviderSettings settings) {
  auto next = std::make_shared<const ProviderSettings>(std::move(settings));
  const std::lock_guard lock(mutex_);
  settings_ = std::move(next);
}

std::shared_ptr<const ProviderSettings> NetProviderClient::Shared::Get() const {
  const std::lock_guard lock(mutex_);
  return settings_;
}

NetProviderClient::NetProviderClient(asio::io_context& context, net::Resolver& resolver,
                                     const Shared& settings, const Clock& clock)
    : shared_(settings),
      adopted_(settings.Get()),
      upstream_(context, resolver, adopted_->egress, Unpooled(*adopted_), clock) {}

NetProviderClient::~NetProviderClient() = default;

void NetProviderClient::Adopt(const std::shared_ptr<const ProviderSettings>& settings) {
  if (settings == adopted_) return;
  adopted_ = settings;
  upstream_.SetOptions(Unpooled(*settings));
  upstream_.SetEgress(settings->egress);
}

Result<net::TlsProfilePointer> NetProviderClient::TlsFor(const request::CompiledResource& resource,
                                                         const http::Origin& origin) {
  request::TargetTls own;
  if (request::IsTrusted(resource, origin)) own = resource.tls;
  if (origin != resource.base.origin && !own.server_name.empty()) {
    own.server_name.clear();
    own.fingerprint += "/unnamed";
  }
  const auto known = tls_.find(own.fingerprint);
  if (known != tls_.end()) return known->second;
  net::TlsSettings settings;
  settings.verify = own.verify;
  settings.ca_pem = std::move(own.ca_pem);
  settings.client_cert_pem = std::move(own.client_cert_pem);
  settings.client_key_pem = std::move(own.client_key_pem);
  settings.server_name = std::move(own.server_name);
  Result<net::TlsProfilePointer> made = net::MakeTlsProfile(settings);
  if (!made) return made;
  if (tls_.size() >= kMostProfiles) tls_.clear();
  tls_.emplace(own.fingerprint, *made);
  return made;
}

Task<Result<ProviderReply>> NetProviderClient::Send(ProviderCall call) {
  const std::shared_ptr<const ProviderSettings> settings = shared_.Get();
  Adopt(settings);
  net::OutboundCall outbound;
  outbound.destination.origin = call.request.url.origin;
  if (outbound.destination.origin.scheme == "https") {
    Result<net::TlsProfilePointer> tls = TlsFor(*call.resource, outbound.destination.origin);
    if (!tls) co_return tls.error();
    outbound.destination.tls = std::move(*tls);
  }
  outbound.method = call.method;
  call.request.head.Reveal([&](std::string_view head) { outbound.head = head; });
  call.request.body.Reveal([&](std::string_view body) { outbound.body = body; });
  const CallLimits limits = LimitsFor(*settings, call);
  outbound.timeouts = limits.phases;

  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  Deadline deadline(executor, limits.total);
  outbound.handle = &deadline.handle();
  Result<std::unique_ptr<net::UpstreamAnswer>> sent = co_await upstream_.Send(std::move(outbound));
  if (!sent) {
    if (deadline.passed()) co_return TimeIsUp(limits);
    co_return sent.error();
  }
  ProviderReply reply;
  reply.status = (*sent)->head().status;
  if (call.max_bytes == 0) co_return reply;
  Result<std::string> body = co_await ReadAll(**sent, call.max_bytes);
  if (!body) {
    if (deadline.passed()) co_return TimeIsUp(limits);
    co_return body.error();
  }
  Result<std::string> decoded = Decoded((*sent)->head(), std::move(*body), call.max_bytes);
  if (!decoded) co_return decoded.error();
  reply.body = std::move(*decoded);
  co_return reply;
}

}  // namespace sallyport::oauth
