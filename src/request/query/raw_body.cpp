// Text of any media type; in XML the values are escaped.
#include <utility>

#include "request/query/bodies.h"
#include "request/query/files.h"
#include "sallyport/http/charset.h"

namespace sallyport::request {
namespace {

constexpr std::string_view kTextType = "text/plain; charset=utf-8";

bool IsXml(std::string_view content_type) {
  const std::string essence = http::ParseMediaType(content_type).essence;
  return essence == "application/xml" || essence == "text/xml" || essence.ends_with("+xml");
}

class Raw final : public QueryBody {
 public:
  Raw(Template text, Template content_type)
      : text_(std::move(text)), content_type_(std::move(content_type)) {}

  void ForEach(const Visitor& visit) const override {
    visit(content_type_);
    visit(text_);
  }

  [[nodiscard]] Result<void> Write(const BodySources& sources, BodyWriter& writer) const override {
    Result<std::string> type = HeaderText(content_type_, sources.scope, kTextType);
    if (!type) return type.error();
    const std::string_view sent =
        sources.row_content_type.empty() ? std::string_view(*type) : sources.row_content_type;
    const Position position = IsXml(sent) ? Position::kXml : Position::kRaw;
    Result<void> expanded = Expand(text_, sources.scope, position, sources.arrays, writer.text());
    writer.SetContentType(std::move(*type));
    return expanded;
  }

 private:
  Template text_;
  Template content_type_;
};

}  // namespace

BodyPointer RawBody(Template text, Template content_type) {
  return std::make_shared<Raw>(std::move(text), std::move(content_type));
}

}  // namespace sallyport::request
