// A GraphQL request over HTTP: {"query":...,"variables":...}. Fields of the resource are no part of
// it.
#include <utility>

#include "request/query/bodies.h"
#include "request/query/json_body.h"

namespace sallyport::request {
namespace {

class Graphql final : public QueryBody {
 public:
  explicit Graphql(JsonTreeTemplate tree) : tree_(std::move(tree)) {}

  [[nodiscard]] std::string_view type() const override { return kJsonType; }
  void ForEach(const Visitor& visit) const override { tree_.ForEach(visit); }

  [[nodiscard]] Result<void> Write(const BodySources& sources, BodyWriter& writer) const override {
    Result<void> step = tree_.Expand(sources.scope, writer.text());
    if (step && !sources.scope.masked) step = JudgeJson(writer.text(), "the body");
    writer.SetContentType(std::string(kJsonType));
    return step;
  }

 private:
  JsonTreeTemplate tree_;
};

}  // namespace

BodyPointer GraphqlBody(JsonTreeTemplate tree) {
  return std::make_shared<Graphql>(std::move(tree));
}

}  // namespace sallyport::request
