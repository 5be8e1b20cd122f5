// No body.
#include "request/query/bodies.h"

namespace sallyport::request {
namespace {

class None final : public QueryBody {
 public:
  [[nodiscard]] bool is_none() const override { return true; }
  void ForEach(const Visitor& /*visit*/) const override {}
  [[nodiscard]] Result<void> Write(const BodySources& /*sources*/,
                                   BodyWriter& /*writer*/) const override {
    return {};
  }
};

}  // namespace

BodyPointer NoBody() {
  static const BodyPointer none = std::make_shared<None>();
  return none;
}

}  // namespace sallyport::request
