#include <algorithm>

#include "http/list.h"
#include "sallyport/base/strings.h"
#include "sallyport/http/message_head.h"

namespace sallyport::http {

std::optional<std::string_view> FieldViews::Find(std::string_view name) const {
  for (const FieldView& field : fields_) {
    if (EqualsIgnoreCase(field.name, name)) return field.value;
  }
  return std::nullopt;
}

std::size_t FieldViews::Count(std::string_view name) const {
  return static_cast<std::size_t>(
      std::count_if(fields_.begin(), fields_.end(),
                    [name](const FieldView& field) { return EqualsIgnoreCase(field.name, name); }));
}

std::vector<std::string_view> FieldViews::FindAll(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const FieldView& field : fields_) {
    if (EqualsIgnoreCase(field.name, name)) values.push_back(field.value);
  }
  return values;
}

bool FieldViews::HasToken(std::string_view name, std::string_view token) const {
  bool found = false;
  for (const FieldView& field : fields_) {
    if (!EqualsIgnoreCase(field.name, name)) continue;
    ForEachElement(field.value, [&found, token](std::string_view element) {
      found = found || EqualsIgnoreCase(element, token);
    });
  }
  return found;
}

}  // namespace sallyport::http
