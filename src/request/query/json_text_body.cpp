// JSON as a text that is sent byte for byte but for its placeholders.
#include <utility>

#include "request/query/bodies.h"
#include "request/query/json_body.h"

namespace sallyport::request {
namespace {

class JsonText final : public QueryBody {
 public:
  explicit JsonText(JsonTemplate text)
      : text_(std::move(text)), outline_(text_.text().WithStandIns()) {}

  [[nodiscard]] bool takes_fields() const override { return outline_.may_be_object(); }
  [[nodiscard]] bool HasField(std::string_view name) const override {
    return outline_.HasMember(name);
  }
  [[nodiscard]] std::string_view type() const override { return kJsonType; }
  void ForEach(const Visitor& visit) const override { visit(text_.text()); }

  [[nodiscard]] Result<void> Write(const BodySources& sources, BodyWriter& writer) const override {
    std::string& json = writer.text();
    Result<void> step = text_.Expand(sources.scope, json);
    if (step && !sources.scope.masked) step = JudgeJson(json, "the body");
    if (step) step = MergeFields(sources, json);
    writer.SetContentType(std::string(kJsonType));
    return step;
  }

 private:
  JsonTemplate text_;
  JsonOutline outline_;
};

}  // namespace

BodyPointer JsonTextBody(JsonTemplate text) { return std::make_shared<JsonText>(std::move(text)); }

}  // namespace sallyport::request
