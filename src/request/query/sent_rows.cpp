#include "request/query/sent_rows.h"

#include <algorithm>
#include <utility>

#include "request/query/query_body.h"
#include "sallyport/base/strings.h"

namespace sallyport::request {
namespace {

using SameName = bool (*)(std::string_view, std::string_view);

bool SameBytes(std::string_view a, std::string_view b) { return a == b; }

SentRows::List PointersTo(const std::vector<TemplateRow>& rows) {
  SentRows::List list;
  list.reserve(rows.size());
  for (const TemplateRow& row : rows) list.push_back(&row);
  return list;
}

/// The same rows by the names that they have in this call.
SentRows::List Named(const std::vector<TemplateRow>& rows, const Scope& scope,
                     std::list<TemplateRow>& named) {
  SentRows::List list;
  list.reserve(rows.size());
  for (const TemplateRow& row : rows) {
    const TemplateRow* sent = &row;
    if (row.name_template) {
      Result<std::string> name = ExpandName(row, scope);
      if (name) {
        sent = &named.emplace_back(row);
        named.back().name = std::move(*name);
      }
    }
    if (!sent->name.empty()) list.push_back(sent);
  }
  return list;
}

SentRows::List Select(const SentRows::List& resource, const SentRows::List& query,
                      const SentRows::List& removed, SameName same, std::size_t& own) {
  SentRows::List sent;
  sent.reserve(resource.size() + query.size());
  for (const TemplateRow* row : resource) {
    const auto takes_away = [&](const TemplateRow* other) { return same(other->name, row->name); };
    const bool replaced = std::any_of(query.begin(), query.end(), takes_away) ||
                          std::any_of(removed.begin(), removed.end(), takes_away);
    if (!replaced) sent.push_back(row);
  }
  own = sent.size();
  sent.insert(sent.end(), query.begin(), query.end());
  return sent;
}

}  // namespace

SentRows SelectRows(const CompiledResource& resource, const CompiledQuery& query,
                    const Scope& scope) {
  SentRows rows;
  const SentRows::List removed = Named(query.removed_params, scope, rows.named);
  rows.params = Select(Named(resource.params, scope, rows.named),
                       Named(query.params, scope, rows.named), removed, SameBytes, rows.own_params);
  rows.headers = Select(PointersTo(resource.headers), PointersTo(query.headers),
                        PointersTo(query.removed_headers), EqualsIgnoreCase, rows.own_headers);
  rows.cookies = Select(PointersTo(resource.cookies), PointersTo(query.cookies),
                        PointersTo(query.removed_cookies), SameBytes, rows.own_cookies);
  return rows;
}

bool MergesBodyFields(const CompiledResource& resource, const CompiledQuery& query) {
  return query.body->takes_fields() && query.method != "GET" && query.method != "HEAD" &&
         !resource.body_fields.empty();
}

}  // namespace sallyport::request
