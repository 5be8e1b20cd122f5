#include "http/byte_set.h"
#include "sallyport/http/field_lines.h"
#include "sallyport/http/multipart.h"

namespace sallyport::http {
namespace {

constexpr std::string_view kLineEnd = "\r\n";

/// Quotes and line ends as browsers write them; other control bytes likewise, because nothing else
/// keeps them out of the line. A doubled backslash is read as one by those who know quoted pairs,
/// and cannot escape the closing quote.
void AppendName(std::string& out, std::string_view name) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  out += '"';
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || byte < 0x20 || byte == 0x7F) {
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 0x0F];
    } else {
      if (c == '\\') out += c;
      out += c;
    }
  }
  out += '"';
}

}  // namespace

bool TextWatch::Sees(std::string_view piece) {
  if (piece.find(text_) != std::string_view::npos) return true;
  const std::size_t kept = text_.size() - 1;
  tail_.append(piece.substr(0, kept));
  if (tail_.find(text_) != std::string::npos) return true;
  if (piece.size() >= kept) {
    tail_ = piece.substr(piece.size() - kept);
  } else if (tail_.size() > kept) {
    tail_.erase(0, tail_.size() - kept);
  }
  return false;
}

Result<std::string> WritePartHead(std::string_view boundary, const PartHead& head) {
  std::string disposition = "form-data; name=";
  AppendName(disposition, head.name);
  if (head.filename) {
    disposition += "; filename=";
    AppendName(disposition, *head.filename);
  }
  FieldLines fields;
  Result<void> added = fields.Add("Content-Disposition", disposition);
  if (added && !head.content_type.empty()) added = fields.Add("Content-Type", head.content_type);
  if (!added) return added.error();

  std::string out = "--";
  out.append(boundary).append(kLineEnd).append(fields.bytes()).append(kLineEnd);
  return out;
}

std::string_view PartContentEnd() { return kLineEnd; }

std::string WritePartsEnd(std::string_view boundary) {
  std::string out = "--";
  out.append(boundary).append("--").append(kLineEnd);
  return out;
}

}  // namespace sallyport::http
