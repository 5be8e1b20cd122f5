// The bytes of one file.
#include <utility>

#include "request/query/bodies.h"
#include "request/query/files.h"

namespace sallyport::request {
namespace {

class Binary final : public QueryBody {
 public:
  Binary(std::string file, Template content_type)
      : file_(std::move(file)), content_type_(std::move(content_type)) {}

  void ForEach(const Visitor& visit) const override { visit(content_type_); }

  /// An omitted file is an empty body.
  [[nodiscard]] Result<void> Write(const BodySources& sources, BodyWriter& writer) const override {
    Result<std::optional<FoundFile>> found = FindFile(sources, file_);
    if (!found) return found.error();
    const FileValue none;
    const FileValue& file = *found ? (*found)->file : none;
    Result<std::string> type = FileType(content_type_, sources.scope, file);
    if (!type) return type.error();
    writer.SetContentType(std::move(*type));
    if (*found) writer.AddFile(file, (*found)->index);
    return {};
  }

 private:
  std::string file_;
  Template content_type_;
};

}  // namespace

BodyPointer BinaryBody(std::string file, Template content_type) {
  return std::make_shared<Binary>(std::move(file), std::move(content_type));
}

}  // namespace sallyport::request
