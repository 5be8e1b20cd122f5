#include "support/http_client.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <strings.h>
#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "support/socket_io.h"

namespace sallyport::test {
namespace {

using SteadyClock = std::chrono::steady_clock;

struct SplitUrl {
  std::string host;  ///< "127.0.0.1:8080"
  std::string target;
};

SplitUrl SplitHttpUrl(const std::string& url) {
  const std::size_t scheme_end = url.find("://");
  const std::size_t host_start = scheme_end == std::string::npos ? 0 : scheme_end + 3;
  const std::size_t path = url.find_first_of("/?", host_start);
  if (path == std::string::npos) return {url.substr(host_start), "/"};
  return {url.substr(host_start, path - host_start), url.substr(path)};
}

bool Equal(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

bool HasHeader(const HeaderList& headers, std::string_view name) {
  return std::any_of(headers.begin(), headers.end(),
                     [&](const auto& header) { return Equal(header.first, name); });
}

std::string WriteRequest(const HttpRequest& request, const SplitUrl& url) {
  std::string head = request.method + " " + url.target + " HTTP/1.1\r\n";
  if (!HasHeader(request.headers, "Host")) head += "Host: " + url.host + "\r\n";
  if (!HasHeader(request.headers, "Connection")) head += "Connection: close\r\n";
  const bool wants_length = !request.body.empty() || request.method == "POST" ||
                            request.method == "PUT" || request.method == "PATCH";
  if (wants_length && !HasHeader(request.headers, "Content-Length") &&
      !HasHeader(request.headers, "Transfer-Encoding")) {
    head += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
  }
  for (const auto& [name, value] : request.headers) head += name + ": " + value + "\r\n";
  return head + "\r\n" + request.body;
}

/// Removes chunked coding; false while incomplete.
bool Dechunk(std::string_view bytes, std::string& body) {
  while (true) {
    const std::size_t line = bytes.find("\r\n");
    if (line == std::string_view::npos) return false;
    const std::size_t size = std::strtoull(std::string(bytes.substr(0, line)).c_str(), nullptr, 16);
    bytes.remove_prefix(line + 2);
    if (size == 0) return bytes.find("\r\n") != std::string_view::npos;
    if (bytes.size() < size + 2) {
      body += bytes.substr(0, size);
      return false;
    }
    body += bytes.substr(0, size);
    bytes.remove_prefix(size + 2);
  }
}

void ParseHead(std::string_view head, HttpResponse& response) {
  const std::size_t line_end = std::min(head.find("\r\n"), head.size());
  const std::string_view line = head.substr(0, line_end);
  if (line.size() >= 12) response.status = std::atoi(std::string(line.substr(9, 3)).c_str());
  if (line.size() > 13) response.reason = line.substr(13);
  head.remove_prefix(std::min(head.size(), line_end + 2));
  while (!head.empty()) {
    const std::size_t end = std::min(head.find("\r\n"), head.size());
    const std::string_view field = head.substr(0, end);
    const std::size_t colon = field.find(':');
    if (colon != std::string_view::npos) {
      std::string_view value = field.substr(colon + 1);
      while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) {
        value.remove_prefix(1);
      }
      response.headers.emplace_back(field.substr(0, colon), value);
    }
    head.remove_prefix(std::min(head.size(), end + 2));
  }
}

int ConnectUnix(const std::string& path) {
  const int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
  if (connect(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0) {
    return descriptor;
  }
  close(descriptor);
  return -1;
}

HttpResponse Exchange(RawConnection& connection, const HttpRequest& request) {
  HttpResponse response;
  if (!connection.connected()) {
    response.error = "cannot connect";
    return response;
  }
  const SplitUrl url = SplitHttpUrl(request.url);
  // A server may answer and close before it has read all: what it said still counts.
  (void)connection.Send(WriteRequest(request, url));
  const auto end = SteadyClock::now() + request.timeout;
  std::string bytes;
  while (true) {
    response = ParseHttpResponse(bytes, request.method, connection.closed_by_peer());
    if (response.complete || connection.closed_by_peer()) break;
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(end - SteadyClock::now());
    if (left.count() <= 0) {
      response.error = "timed out";
      return response;
    }
    bytes += connection.ReadUntil("", left);
  }
  if (response.status == 0) response.error = "closed without an answer";
  return response;
}

}  // namespace

std::optional<std::string> HttpResponse::Header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (Equal(key, name)) return value;
  }
  return std::nullopt;
}

HttpResponse ParseHttpResponse(std::string_view bytes, std::string_view method,
                               bool connection_closed) {
  HttpResponse response;
  std::string_view rest = bytes;
  do {
    const std::size_t end = rest.find("\r\n\r\n");
    if (end == std::string_view::npos) return {};
    response = {};
    ParseHead(rest.substr(0, end), response);
    rest.remove_prefix(end + 4);
  } while (response.status >= 100 && response.status < 200 && response.status != 101);
  if (method == "HEAD" || response.status == 204 || response.status == 304) {
    response.complete = true;
  } else if (Equal(response.Header("Transfer-Encoding").value_or(""), "chunked")) {
    response.complete = Dechunk(rest, response.body);
  } else if (const auto length = response.Header("Content-Length")) {
    const std::size_t size = std::strtoull(length->c_str(), nullptr, 10);
    response.body = rest.substr(0, size);
    response.complete = rest.size() >= size;
  } else {
    response.body = rest;
    response.complete = connection_closed;
  }
  return response;
}

HttpResponse HttpSend(const HttpRequest& request) {
  if (!request.unix_socket.empty()) {
    RawConnection connection(request.unix_socket);
    return Exchange(connection, request);
  }
  RawConnection connection(PortOf(request.url));
  return Exchange(connection, request);
}

HttpResponse HttpGet(const std::string& url, HeaderList headers) {
  HttpRequest request;
  request.url = url;
  request.headers = std::move(headers);
  return HttpSend(request);
}

HttpResponse HttpJson(const std::string& method, const std::string& url, const std::string& json,
                      HeaderList headers) {
  HttpRequest request;
  request.method = method;
  request.url = url;
  request.headers = std::move(headers);
  request.headers.emplace_back("Content-Type", "application/json");
  request.body = json;
  return HttpSend(request);
}

std::pair<std::string, std::string> Bearer(const std::string& token) {
  return {"Authorization", "Bearer " + token};
}

std::uint16_t PortOf(const std::string& url) {
  const std::string host = SplitHttpUrl(url).host;
  const std::size_t colon = host.rfind(':');
  if (colon == std::string::npos) return 80;
  return static_cast<std::uint16_t>(std::atoi(host.c_str() + colon + 1));
}

RawConnection::RawConnection(std::uint16_t port) : descriptor_(ConnectLoopback(port)) {}
RawConnection::RawConnection(const std::string& unix_socket)
    : descriptor_(ConnectUnix(unix_socket)) {}

RawConnection::~RawConnection() {
  if (descriptor_ >= 0) close(descriptor_);
}

bool RawConnection::Send(std::string_view bytes) { return SendAll(descriptor_, bytes); }

std::string RawConnection::ReadUntil(std::string_view marker, std::chrono::milliseconds timeout) {
  const auto end = SteadyClock::now() + timeout;
  std::string bytes;
  while (!closed_) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(end - SteadyClock::now());
    if (left.count() <= 0) break;
    pollfd waiting{descriptor_, POLLIN, 0};
    if (poll(&waiting, 1, static_cast<int>(left.count())) <= 0) continue;
    char buffer[16384];
    const ssize_t got = recv(descriptor_, buffer, sizeof(buffer), 0);
    if (got <= 0) {
      closed_ = true;
      break;
    }
    bytes.append(buffer, static_cast<std::size_t>(got));
    if (bytes.find(marker) != std::string::npos) break;
  }
  return bytes;
}

std::string RawConnection::ReadToEnd(std::chrono::milliseconds timeout) {
  const auto end = SteadyClock::now() + timeout;
  std::string bytes;
  while (!closed_ && SteadyClock::now() < end) {
    bytes += ReadUntil(
        "", std::chrono::duration_cast<std::chrono::milliseconds>(end - SteadyClock::now()));
  }
  return bytes;
}

void RawConnection::ShutdownSend() { shutdown(descriptor_, SHUT_WR); }

}  // namespace sallyport::test
