// application/x-www-form-urlencoded as WHATWG writes it.
#include <algorithm>
#include <utility>

#include "request/expand/positions.h"
#include "request/query/bodies.h"
#include "request/query/field_values.h"
#include "sallyport/base/strings.h"

namespace sallyport::request {
namespace {

constexpr std::string_view kFormType = "application/x-www-form-urlencoded";

class Form final : public QueryBody {
 public:
  explicit Form(BodyFields fields) : fields_(std::move(fields)) {}

  [[nodiscard]] bool takes_fields() const override { return true; }
  [[nodiscard]] std::string_view type() const override { return kFormType; }
  [[nodiscard]] bool HasField(std::string_view name) const override {
    return Contains(fields_.names, name);
  }
  [[nodiscard]] bool has_secret_rows() const override {
    return std::any_of(fields_.fields.begin(), fields_.fields.end(),
                       [](const BodyField& field) { return field.row.secret; });
  }
  void ForEach(const Visitor& visit) const override {
    for (const BodyField& field : fields_.fields) visit(field.row.value);
  }

  [[nodiscard]] Result<void> Write(const BodySources& sources, BodyWriter& writer) const override {
    writer.SetContentType(std::string(kFormType));
    std::string& out = writer.text();
    const FieldUse append = [&out](std::string_view name, std::string_view value) -> Result<void> {
      if (!out.empty()) out += '&';
      RulesOf(Position::kForm).literal(out, name);
      out.append("=").append(value);
      return {};
    };
    for (const TemplateRow* row : FieldsBeside(fields_.names, sources)) {
      Result<void> added = ForEachField(*row, sources, Position::kForm, append);
      if (!added) return added;
    }
    for (const BodyField& field : fields_.fields) {
      Result<void> added = ForEachField(field.row, sources, Position::kForm, append);
      if (!added) return added;
    }
    return {};
  }

 private:
  BodyFields fields_;
};

}  // namespace

BodyPointer FormBody(BodyFields fields) { return std::make_shared<Form>(std::move(fields)); }

}  // namespace sallyport::request
