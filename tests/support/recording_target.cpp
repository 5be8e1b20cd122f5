#include "support/recording_target.h"

#include <algorithm>
#include <cctype>

namespace sallyport::test {
namespace {

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// The value of a field of the head, "" when it is missing. `name` in lower case.
std::string FieldOf(const std::string& head, const std::string& name) {
  const std::string mark = "\r\n" + name + ":";
  const std::size_t at = Lower(head).find(mark);
  if (at == std::string::npos) return "";
  const std::size_t begin = head.find_first_not_of(" \t", at + mark.size());
  return head.substr(begin, head.find("\r\n", begin) - begin);
}

/// Up to and with CR LF, "" when the stream ends before.
std::string ReadLine(TargetConnection& connection) {
  std::string line;
  while (!line.ends_with("\r\n")) {
    const std::string byte = connection.ReadBody(1);
    if (byte.empty()) return "";
    line += byte;
  }
  return line;
}

bool ReadChunks(TargetConnection& connection, std::string& body) {
  while (true) {
    const std::string line = ReadLine(connection);
    if (line.empty()) return false;
    const std::size_t size = std::strtoull(line.c_str(), nullptr, 16);
    if (size == 0) break;
    const std::string data = connection.ReadBody(size + 2);
    body += data.substr(0, size);
    if (data.size() < size + 2) return false;
  }
  for (std::string line = ReadLine(connection); line != "\r\n"; line = ReadLine(connection)) {
    if (line.empty()) return false;
  }
  return true;
}

bool ReadBody(TargetConnection& connection, const std::string& head, std::string& body) {
  if (Lower(FieldOf(head, "transfer-encoding")) == "chunked") return ReadChunks(connection, body);
  const std::size_t size = std::strtoull(FieldOf(head, "content-length").c_str(), nullptr, 10);
  body = connection.ReadBody(size);
  return body.size() == size;
}

}  // namespace

std::string RecordedRequest::target() const {
  const std::size_t begin = line.find(' ');
  if (begin == std::string::npos) return line;
  return line.substr(begin + 1, line.find(' ', begin + 1) - begin - 1);
}

RecordingTarget::RecordingTarget()
    : target_(std::make_unique<ScriptedTarget>(
          [this](TargetConnection& connection) { Serve(connection); })) {}

std::vector<RecordedRequest> RecordingTarget::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void RecordingTarget::Clear() {
  const std::lock_guard lock(mutex_);
  requests_.clear();
}

void RecordingTarget::Serve(TargetConnection& connection) {
  while (true) {
    RecordedRequest request;
    request.head = connection.ReadHead();
    if (request.head.empty()) return;
    request.line = request.head.substr(0, request.head.find("\r\n"));
    if (!FieldOf(request.head, "expect").empty()) {
      (void)connection.Send("HTTP/1.1 100 Continue\r\n\r\n");
    }
    request.whole = ReadBody(connection, request.head, request.body);
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
    }
    if (!request.whole) return;
    const std::string body = request.line + "\n" + request.body;
    if (!connection.Send("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " +
                         std::to_string(body.size()) + "\r\n\r\n" +
                         (request.line.starts_with("HEAD ") ? "" : body))) {
      return;
    }
  }
}

}  // namespace sallyport::test
