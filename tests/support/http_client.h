// A small blocking HTTP/1.1 client for tests. It shares no code with the gateway, so that it cannot
// agree with it by mistake.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sallyport::test {

using HeaderList = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
  std::string method = "GET";
  std::string url;     ///< "http://127.0.0.1:8080/path?query"; the target is sent as it stands
  HeaderList headers;  ///< Host, Connection: close and Content-Length are added when absent
  std::string body;
  std::chrono::milliseconds timeout{10000};  ///< for the whole exchange
  std::string unix_socket;                   ///< connect here instead of to the URL's host
};

struct HttpResponse {
  int status = 0;  ///< 0: no answer; `error` says why
  std::string reason;
  HeaderList headers;     ///< names as received, in order
  std::string body;       ///< chunked coding removed
  bool complete = false;  ///< the end of the body was told, not cut
  std::string error;
  /// The first value of that name (without case).
  [[nodiscard]] std::optional<std::string> Header(std::string_view name) const;
};

/// Never throws. Passes over 1xx answers.
[[nodiscard]] HttpResponse HttpSend(const HttpRequest& request);
[[nodiscard]] HttpResponse HttpGet(const std::string& url, HeaderList headers = {});
/// JSON body with its Content-Type.
[[nodiscard]] HttpResponse HttpJson(const std::string& method, const std::string& url,
                                    const std::string& json, HeaderList headers = {});

/// {"Authorization", "Bearer <token>"}.
[[nodiscard]] std::pair<std::string, std::string> Bearer(const std::string& token);

/// Parses what a peer sent; `connection_closed`: no more bytes will come.
[[nodiscard]] HttpResponse ParseHttpResponse(std::string_view bytes, std::string_view method,
                                             bool connection_closed);

/// A connection for tests that send bytes by hand. Closes itself.
class RawConnection {
 public:
  /// To 127.0.0.1:`port`; `connected()` tells whether it worked.
  explicit RawConnection(std::uint16_t port);
  explicit RawConnection(const std::string& unix_socket);
  ~RawConnection();
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;

  [[nodiscard]] bool connected() const { return descriptor_ >= 0; }
  /// False when the peer has closed.
  bool Send(std::string_view bytes);
  /// What arrives until `marker` is in it, the peer closes or the time is over.
  std::string ReadUntil(std::string_view marker, std::chrono::milliseconds timeout);
  /// All bytes until the peer closes or the time is over.
  std::string ReadToEnd(std::chrono::milliseconds timeout);
  /// Did the peer close (seen by the last read)?
  [[nodiscard]] bool closed_by_peer() const { return closed_; }
  /// No more will be sent; the peer may still answer.
  void ShutdownSend();

 private:
  int descriptor_ = -1;
  bool closed_ = false;
};

/// The port of "http://127.0.0.1:8080".
[[nodiscard]] std::uint16_t PortOf(const std::string& url);

}  // namespace sallyport::test
