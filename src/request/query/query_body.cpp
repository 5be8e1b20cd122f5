#include "request/query/query_body.h"

namespace sallyport::request {

std::string& BodyWriter::text() {
  if (pieces_.empty() || pieces_.back().file) pieces_.emplace_back();
  return pieces_.back().bytes;
}

void BodyWriter::AddFile(const FileValue& file, std::optional<std::size_t> index) {
  has_file_ = true;
  if (purpose_ == Purpose::kSend) {
    if (index) {
      pieces_.push_back({{}, index});
    } else {
      text() += file.content.value_or("");
    }
    return;
  }
  std::string& shown = text();
  shown.append("<").append(file.filename.empty() ? file.input : file.filename);
  if (!file.content_type.empty()) shown.append(", ").append(file.content_type);
  if (file.size) shown.append(", ").append(std::to_string(*file.size)).append(" bytes");
  shown += '>';
}

}  // namespace sallyport::request
