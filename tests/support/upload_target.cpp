#include "support/upload_target.h"

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "support/http_client.h"

namespace sallyport::test {
namespace {

constexpr std::size_t kFront = 64;

/// A field of a request head.
std::optional<std::string> FieldOf(const std::string& head, std::string_view name) {
  // The parser of answers reads fields just so.
  return ParseHttpResponse("HTTP/1.1 200 OK\r\n" + head.substr(head.find("\r\n") + 2), "HEAD", true)
      .Header(name);
}

/// The body of one request, decoded from its framing.
class BodyReader {
 public:
  BodyReader(TargetConnection& connection, const std::string& head) : connection_(connection) {
    chunked_ = FieldOf(head, "Transfer-Encoding") == "chunked";
    if (!chunked_) {
      left_ = std::strtoull(FieldOf(head, "Content-Length").value_or("0").c_str(), nullptr, 10);
    }
  }

  /// "" at the end, or where the connection was cut: see complete().
  std::string Next() {
    if (left_ == 0 && !(chunked_ ? ReadChunkHead() : false)) {
      complete_ = complete_ || !chunked_;
      return "";
    }
    std::string bytes = Take(std::min<std::uint64_t>(left_, 65536));
    left_ -= bytes.size();
    if (left_ == 0 && chunked_) (void)ReadLine();
    return bytes;
  }
  [[nodiscard]] bool complete() const { return complete_; }

 private:
  bool ReadChunkHead() {
    const std::string line = ReadLine();
    if (line.empty()) return false;
    left_ = std::strtoull(line.c_str(), nullptr, 16);
    if (left_ == 0) complete_ = ReadLine() == "\r\n";
    return left_ != 0;
  }

  std::string ReadLine() {
    std::string line;
    while (line.empty() || line.back() != '\n') {
      const std::string byte = Take(1);
      if (byte.empty()) return "";
      line += byte;
    }
    return line;
  }

  std::string Take(std::uint64_t size) {
    if (ahead_.empty()) ahead_ = connection_.TakeSome();
    std::string taken = ahead_.substr(0, size);
    ahead_.erase(0, taken.size());
    return taken;
  }

  TargetConnection& connection_;
  std::string ahead_;
  std::uint64_t left_ = 0;
  bool chunked_ = false;
  bool complete_ = false;
};

void AddTo(ReceivedPart& part, Digest& digest, std::string_view bytes) {
  if (part.front.size() < kFront) part.front += bytes.substr(0, kFront - part.front.size());
  part.size += bytes.size();
  digest.Add(bytes);
  part.digest = digest.value();
}

/// Cuts a multipart body into parts as its bytes arrive.
class PartSplitter {
 public:
  PartSplitter(const std::string& boundary, std::vector<ReceivedPart>& parts)
      : delimiter_("\r\n--" + boundary), parts_(parts) {}

  void Add(std::string_view bytes) {
    text_ += bytes;
    while (Step()) {
    }
  }

 private:
  /// False: more bytes are needed.
  bool Step() {
    if (in_head_) {
      const std::size_t end = text_.find("\r\n\r\n");
      if (end == std::string::npos) return false;
      parts_.push_back({text_.substr(2, end - 2), 0, Digest().value(), ""});
      text_.erase(0, end + 4);
      digest_ = Digest();
      in_head_ = false;
    }
    const std::size_t end = text_.find(delimiter_);
    const std::size_t keep = delimiter_.size() - 1;
    const std::size_t ready =
        end != std::string::npos ? end : text_.size() - std::min(text_.size(), keep);
    if (!parts_.empty() && ready > 0) {
      AddTo(parts_.back(), digest_, std::string_view(text_).substr(0, ready));
    }
    text_.erase(0, ready);
    if (end == std::string::npos) return false;
    text_.erase(0, delimiter_.size());
    in_head_ = true;
    return true;
  }

  std::string delimiter_;
  std::vector<ReceivedPart>& parts_;
  std::string text_ = "\r\n";  ///< so that the first delimiter is like the others
  Digest digest_;
  bool in_head_ = false;
};

}  // namespace

void Digest::Add(std::string_view bytes) {
  for (const char c : bytes) value_ = (value_ ^ static_cast<unsigned char>(c)) * 0x100000001b3;
}

std::uint64_t DigestOf(std::string_view bytes) {
  Digest digest;
  digest.Add(bytes);
  return digest.value();
}

UploadTarget::UploadTarget() {
  target_ =
      std::make_unique<ScriptedTarget>([this](TargetConnection& connection) { Serve(connection); });
}

std::vector<ReceivedUpload> UploadTarget::uploads() const {
  const std::lock_guard lock(mutex_);
  return uploads_;
}

void UploadTarget::Serve(TargetConnection& connection) {
  while (true) {
    ReceivedUpload upload;
    upload.head = connection.ReadHead();
    if (upload.head.empty()) return;
    BodyReader body(connection, upload.head);
    const std::string type = FieldOf(upload.head, "Content-Type").value_or("");
    const std::size_t boundary = type.find("boundary=");
    if (boundary != std::string::npos) {
      PartSplitter parts(type.substr(boundary + 9), upload.parts);
      for (std::string bytes = body.Next(); !bytes.empty(); bytes = body.Next()) parts.Add(bytes);
    } else {
      upload.parts.emplace_back();
      Digest digest;
      for (std::string bytes = body.Next(); !bytes.empty(); bytes = body.Next()) {
        AddTo(upload.parts.back(), digest, bytes);
      }
    }
    upload.complete = body.complete();
    {
      const std::lock_guard lock(mutex_);
      uploads_.push_back(upload);
    }
    if (!upload.complete) return;
    (void)connection.Send(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
        "11\r\n\r\n{\"ok\":true}");
  }
}

}  // namespace sallyport::test
