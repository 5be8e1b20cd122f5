#include "request/query/sent_rows.h"

#include <algorithm>

#include "sallyport/base/strings.h"

namespace sallyport::request {
namespace {

using SameName = bool (*)(std::string_view, std::string_view);

bool SameBytes(std::string_view a, std::string_view b) { return a == b; }

SentRows::List Select(const std::vector<TemplateRow>& resource,
                      const std::vector<TemplateRow>& query,
                      const std::vector<std::string>& removed, SameName same) {
  SentRows::List sent;
  sent.reserve(resource.size() + query.size());
  for (const TemplateRow& row : resource) {
    const bool replaced =
        std::any_of(query.begin(), query.end(),
                    [&](const TemplateRow& other) { return same(other.name, row.name); }) ||
        std::any_of(removed.begin(), removed.end(),
                    [&](const std::string& name) { return same(name, row.name); });
    if (!replaced) sent.push_back(&row);
  }
  for (const TemplateRow& row : query) sent.push_back(&row);
  return sent;
}

}  // namespace

SentRows SelectRows(const CompiledResource& resource, const CompiledQuery& query) {
  return {Select(resource.params, query.params, query.removed_params, SameBytes),
          Select(resource.headers, query.headers, query.removed_headers, EqualsIgnoreCase),
          Select(resource.cookies, query.cookies, query.removed_cookies, SameBytes)};
}

}  // namespace sallyport::request
