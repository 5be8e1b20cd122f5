// The outbound HTTP/1.1 client of one shard: resolve, judge, connect, TLS, keep-alive pool, one
// call at a time per connection.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <boost/asio/io_context.hpp>

#include "sallyport/async/task.h"
#include "sallyport/base/clock.h"
#include "sallyport/base/result.h"
#include "sallyport/base/secret.h"
#include "sallyport/http/message_head.h"
#include "sallyport/http/url.h"
#include "sallyport/net/call_handle.h"
#include "sallyport/net/egress.h"

namespace sallyport::net {

struct TlsSettings {
  bool verify = true;
  std::string ca_pem;  ///< "" = the system's store; else only these are trusted (curl --cacert)
  std::string client_cert_pem;
  Secret client_key_pem;
  std::string server_name;  ///< "" = the host; checked and sent as SNI
};

/// A ready TLS context. Immutable; connections with different profiles never share a pool entry or
/// a TLS session.
class TlsProfile;
using TlsProfilePointer = std::shared_ptr<const TlsProfile>;
/// Errors: tls_failed with a message naming the member that does not load. Loading costs
/// milliseconds: keep the result.
[[nodiscard]] Result<TlsProfilePointer> MakeTlsProfile(const TlsSettings& settings);

struct UpstreamTimeouts {
  Milliseconds dns{5000};
  Milliseconds connect{5000};
  Milliseconds tls{10000};
  Milliseconds first_byte{30000};  ///< from the end of the request to the end of the answer's head
  Milliseconds body_idle{30000};   ///< per read or write of a body
};

struct UpstreamOptions {
  http::HeadLimits head{65536, 1000, 0};
  Milliseconds idle_target{30000};   ///< a pooled connection older than this is not used
  std::size_t idle_per_origin = 64;  ///< more are closed
  int max_informational = 10;
};

/// Where and how to connect.
struct Destination {
  http::Origin origin;
  TlsProfilePointer tls;  ///< must be set for https
};

/// Measured, not invented; zero where a phase did not take place.
struct CallTiming {
  double dns_ms = 0, connect_ms = 0, tls_ms = 0, first_byte_ms = 0;
  bool reused_connection = false;
};

/// Gives the request body while the answer is awaited. Must live until the call has let go of it:
/// until Send returned an error, ReadBody returned an error or the last piece (body_done()), or
/// UpstreamAnswer::Finish was awaited.
class BodySource {
 public:
  virtual ~BodySource() = default;
  /// Next piece, 0 at the end. An error cuts the target's connection before the request is
  /// complete, and is what Send or ReadBody then return. Asio's terminal cancellation of the
  /// awaiting coroutine must end it soon: an answer that comes before the body was read stops the
  /// upload so.
  virtual Task<Result<std::size_t>> Read(std::span<char> buffer) = 0;
};

struct OutboundCall {
  Destination destination;
  std::string method;
  std::string head;  ///< complete, from http::WriteRequestHead, framing fields included
  std::string body;  ///< sent with the head in one write, as it stands (a ready chunk if
                     ///< `chunked`); the whole body if `source` is null
  BodySource* source = nullptr;  ///< streams the rest; not owned
  bool chunked = false;          ///< wrap what `source` gives in chunks
  UpstreamTimeouts timeouts;
  /// A reused connection that died before any answer byte may be replaced by a new one: only when
  /// the method is idempotent and nothing of `source` was consumed.
  bool retry_on_stale = false;
  CallHandle* handle = nullptr;  ///< to end the call from outside; not owned
};

/// An answer under way. Owns the connection until the body is read to its end (then it goes back to
/// the pool) or the object dies (then it is closed). Use on its shard only; one call at a time.
///
/// A request body is sent on while the answer is read, also after an early answer. The end of the
/// answer ends the upload, and such a connection is not used again.
class UpstreamAnswer {
 public:
  virtual ~UpstreamAnswer() = default;
  [[nodiscard]] virtual const http::ResponseHead& head() const = 0;
  [[nodiscard]] virtual const CallTiming& timing() const = 0;
  /// Would ReadBody return without waiting, because bytes have arrived already (or the body is at
  /// its end)? A relay then sends them together with the head. Saying false too often costs a
  /// write, nothing else.
  [[nodiscard]] virtual bool body_ready() const { return body_done(); }
  /// The bytes of the body that have come with the head; they count as read. "" when there are
  /// none. They last as long as this object and were copied nowhere.
  [[nodiscard]] virtual std::string_view TakeArrived() { return {}; }
  /// The next piece of the body, chunked coding removed; 0 at its end. Reads straight into
  /// `buffer`, one receive a call. Errors: upstream_reset (cut), upstream_protocol_error (bad
  /// chunk), upstream_timeout (body_idle), or that of the request's source; they stay.
  virtual Task<Result<std::size_t>> ReadBody(std::span<char> buffer) = 0;
  /// Is there nothing left to read?
  [[nodiscard]] virtual bool body_done() const = 0;
  /// Gives the call up: stops an upload that is under way and closes the connection if the body was
  /// not read to its end. Resumes when `source` is no longer touched. A call with a `source` must
  /// await it before `source` dies, unless body_done() or ReadBody failed; a destructor cannot
  /// wait. For any other call destroying the answer is enough. In a coroutine that is being
  /// cancelled, call this_coro::throw_if_cancelled(false) first.
  virtual Task<void> Finish() { co_return; }
};

/// Per shard. All members on the shard's thread. Answers may outlive it; the io_context and the
/// resolver must outlive both. While connections are idle a timer keeps io_context::run from
/// returning, until CloseIdle.
class Upstream {
 public:
  Upstream(boost::asio::io_context& context, class Resolver& resolver,
           std::shared_ptr<const EgressPolicy> egress, UpstreamOptions options, const Clock& clock);
  ~Upstream();
  Upstream(const Upstream&) = delete;
  Upstream& operator=(const Upstream&) = delete;

  /// Sends the request and returns once the final answer's head is in. Errors, each under its own
  /// name: egress_denied, dns_failed, connect_failed, connect_timeout (dns, connect or tls; the
  /// message says which), tls_failed, first_byte_timeout, upstream_reset, upstream_protocol_error,
  /// upstream_too_large, upstream_timeout (the request is not taken for body_idle); an error of
  /// `source` is passed through. When the awaiting coroutine is cancelled the call ends soon, with
  /// its connection closed and `source` let go.
  Task<Result<std::unique_ptr<UpstreamAnswer>>> Send(OutboundCall&& call);

  void SetEgress(std::shared_ptr<const EgressPolicy>
                     egress);  ///< also closes idle connections the new policy denies
  void SetOptions(UpstreamOptions options);
  /// Closes idle connections; for shutdown.
  void CloseIdle();

  struct PoolStats {
    std::size_t idle = 0, busy = 0;
    std::uint64_t opened = 0, reused = 0;
    std::map<EgressVerdict, std::uint64_t> denied;  ///< calls that were not made, by the verdict
  };
  [[nodiscard]] PoolStats stats() const;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace sallyport::net
