// JSON as a tree whose strings hold placeholders.
#include <utility>

#include "request/query/bodies.h"
#include "request/query/json_body.h"

namespace sallyport::request {
namespace {

class JsonTree final : public QueryBody {
 public:
  explicit JsonTree(JsonTreeTemplate tree)
      : tree_(std::move(tree)), outline_(tree_.WithStandIns()) {}

  [[nodiscard]] bool takes_fields() const override { return outline_.may_be_object(); }
  [[nodiscard]] bool HasField(std::string_view name) const override {
    return outline_.HasMember(name);
  }
  [[nodiscard]] std::string_view type() const override { return kJsonType; }
  void ForEach(const Visitor& visit) const override { tree_.ForEach(visit); }

  [[nodiscard]] Result<void> Write(const BodySources& sources, BodyWriter& writer) const override {
    std::string& json = writer.text();
    Result<void> step = tree_.Expand(sources.scope, json);
    // Its grammar is right by itself; a value of a query string may still be no UTF-8.
    if (step && !sources.scope.masked) step = JudgeJson(json, "the body");
    if (step) step = MergeFields(sources, json);
    writer.SetContentType(std::string(kJsonType));
    return step;
  }

 private:
  JsonTreeTemplate tree_;
  JsonOutline outline_;
};

}  // namespace

BodyPointer JsonTreeBody(JsonTreeTemplate tree) {
  return std::make_shared<JsonTree>(std::move(tree));
}

}  // namespace sallyport::request
