// The real way to providers: an outbound client on the token service's thread.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include <boost/asio/io_context.hpp>

#include "sallyport/net/upstream.h"
#include "sallyport/oauth/service.h"

namespace sallyport::oauth {

/// What SIGHUP may change.
struct ProviderSettings {
  std::shared_ptr<const net::EgressPolicy> egress;
  net::UpstreamOptions upstream;
  net::UpstreamTimeouts timeouts;
  Milliseconds total{10000};  ///< timeouts.token: of a whole exchange
};

/// Egress is judged as for targets, and redirects are not followed. https is checked against the
/// system's store; at base_url's origin the resource's own TLS settings count, at extra_origins too
/// but for server_name. Every call has a connection of its own. One content coding is taken off.
class NetProviderClient final : public ProviderClient {
 public:
  /// Holds the settings for the client. Any thread.
  class Shared {
   public:
    explicit Shared(ProviderSettings settings);
    void Set(ProviderSettings settings);
    [[nodiscard]] std::shared_ptr<const ProviderSettings> Get() const;

   private:
    mutable std::mutex mutex_;  // held for the copy of a pointer only
    std::shared_ptr<const ProviderSettings> settings_;
  };

  /// `context`, `resolver`, `settings` and `clock` outlive it.
  NetProviderClient(boost::asio::io_context& context, net::Resolver& resolver,
                    const Shared& settings, const Clock& clock);
  ~NetProviderClient() override;

  Task<Result<ProviderReply>> Send(ProviderCall call) override;

 private:
  void Adopt(const std::shared_ptr<const ProviderSettings>& settings);
  [[nodiscard]] Result<net::TlsProfilePointer> TlsFor(const request::CompiledResource& resource,
                                                      const http::Origin& origin);

  const Shared& shared_;
  std::shared_ptr<const ProviderSettings> adopted_;
  net::Upstream upstream_;
  std::unordered_map<std::string, net::TlsProfilePointer> tls_;  ///< by fingerprint
};

}  // namespace sallyport::oauth
