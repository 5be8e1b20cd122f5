#include "app/control_client.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <filesystem>

#include "sallyport/http/chunked.h"
#include "sallyport/http/field_lines.h"
#include "sallyport/http/message_head.h"

namespace sallyport::app {
namespace {

constexpr std::string_view kSocketName = "control.sock";
constexpr std::size_t kMostAnswerBytes = 64 * 1024 * 1024;

Error Broken(const std::string& why) {
  return Error(ErrorKind::kInternal, ErrorSource::kGateway,
               "the running gateway did not answer on its control socket: " + why);
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return number_; }

 private:
  int number_;
};

/// Through the directory's descriptor: sun_path is shorter than paths may be.
bool Connect(int descriptor, const std::string& data_dir) {
  const Descriptor directory(open(data_dir.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (directory.get() < 0) return false;
  const std::string path =
      "/proc/self/fd/" + std::to_string(directory.get()) + "/" + std::string(kSocketName);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
}

Result<std::string> WriteRequest(const std::string& method, const std::string& target,
                                 const std::string& body) {
  http::FieldLines fields;
  fields.AddNumber("Content-Length", body.size());
  for (const auto& [name, value] :
       {std::pair{"Connection", "close"}, std::pair{"Content-Type", "application/json"}}) {
    if (Result<void> added = fields.Add(name, value); !added) return std::move(added).error();
  }
  Result<std::string> head = http::WriteRequestHead(method, target, "localhost", fields);
  if (head) *head += body;
  return head;
}

bool SendAll(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

/// Until the gateway closes: the request said "Connection: close".
Result<std::string> ReceiveAll(int descriptor) {
  std::string bytes;
  std::array<char, 16384> buffer;
  while (true) {
    const ssize_t got = recv(descriptor, buffer.data(), buffer.size(), 0);
    if (got == 0) return bytes;
    if (got < 0) return Broken(std::strerror(errno));
    bytes.append(buffer.data(), static_cast<std::size_t>(got));
    if (bytes.size() > kMostAnswerBytes) return Broken("the answer is too large");
  }
}

Result<std::string> Dechunk(std::string_view input) {
  http::ChunkDecoder decoder(ErrorSource::kTarget);
  std::string body;
  while (!decoder.done()) {
    const Result<http::ChunkDecoder::Step> step = decoder.Next(input);
    if (!step) return step.error();
    body += step->data;
    input.remove_prefix(step->consumed);
    if (step->event == http::ChunkDecoder::Event::kNeedMore) return Broken("it was cut");
  }
  return body;
}

Result<ControlAnswer> ParseAnswer(std::string_view bytes, const std::string& method) {
  std::size_t scanned = 0;
  const auto head_end = http::FindHeadEnd(bytes, scanned);
  if (!head_end) return Broken("it was cut");
  constexpr http::HeadLimits kLimits{65536, 1000, 0};
  const Result<http::ResponseHead> head =
      http::ParseResponseHead(bytes.substr(0, *head_end), method, kLimits);
  if (!head) return head.error();
  const std::string_view body = bytes.substr(*head_end);
  if (head->framing == http::BodyFraming::kChunked) {
    Result<std::string> plain = Dechunk(body);
    if (!plain) return std::move(plain).error();
    return ControlAnswer{head->status, std::move(*plain)};
  }
  if (head->framing == http::BodyFraming::kLength && body.size() < head->content_length) {
    return Broken("it was cut");
  }
  return ControlAnswer{head->status, std::string(body)};
}

}  // namespace

std::string ControlSocketPath(const std::string& data_dir) {
  return (std::filesystem::path(data_dir) / kSocketName).string();
}

Result<std::optional<ControlAnswer>> CallControl(const std::string& data_dir,
                                                 const std::string& method,
                                                 const std::string& target,
                                                 const std::string& json_body,
                                                 std::chrono::seconds patience) {
  const Descriptor connection(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!Connect(connection.get(), data_dir)) return std::optional<ControlAnswer>();
  const timeval limit{patience.count(), 0};
  setsockopt(connection.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
  const Result<std::string> request = WriteRequest(method, target, json_body);
  if (!request) return request.error();
  if (!SendAll(connection.get(), *request)) return Broken("it closed the connection");
  const Result<std::string> bytes = ReceiveAll(connection.get());
  if (!bytes) return bytes.error();
  Result<ControlAnswer> answer = ParseAnswer(*bytes, method);
  if (!answer) return std::move(answer).error();
  return std::optional<ControlAnswer>(std::move(*answer));
}

}  // namespace sallyport::app
