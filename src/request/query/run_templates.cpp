#include "request/query/run_templates.h"

#include "request/query/query_body.h"
#include "sallyport/base/json.h"

namespace sallyport::request {
namespace {

std::string PointerTo(const std::string& list, const TemplateRow& row) {
  return list + "/" + EscapePointerToken(row.name);
}

/// Names decide about precedence, so they count whether or not their row is sent.
void VisitNames(const std::vector<TemplateRow>& rows, bool of_resource,
                const TemplateVisitor& visit) {
  for (const TemplateRow& row : rows) {
    if (row.name_template) visit(*row.name_template, {PointerTo("/params", row), of_resource});
  }
}

/// The first `own` are the resource's.
void VisitValues(const SentRows::List& rows, std::size_t own, const std::string& list,
                 const TemplateVisitor& visit) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const TemplateRow& row = *rows[i];
    if (!row.value.is_literal()) visit(row.value, {PointerTo(list, row), i < own});
  }
}

}  // namespace

void ForEachTemplate(const CompiledResource& resource, const CompiledQuery& query,
                     const SentRows& rows, const TemplateVisitor& visit) {
  if (const auto& base = resource.base_template) {
    const TemplatePlace place{"/base_url", true};
    visit(base->path, place);
    visit(base->query, place);
  }
  visit(query.path.path, {"/path", false});
  visit(query.path.query, {"/path", false});
  VisitNames(resource.params, true, visit);
  VisitNames(query.params, false, visit);
  VisitNames(query.removed_params, false, visit);
  VisitValues(rows.params, rows.own_params, "/params", visit);
  VisitValues(rows.headers, rows.own_headers, "/headers", visit);
  VisitValues(rows.cookies, rows.own_cookies, "/cookies", visit);
  query.body->ForEach([&](const Template& text) { visit(text, {"/body", false}); });
  if (!MergesBodyFields(resource, query)) return;
  for (const TemplateRow& row : resource.body_fields) {
    if (!query.body->HasField(row.name)) visit(row.value, {PointerTo("/body_fields", row), true});
  }
}

void ForEachResourceParam(
    const CompiledResource& resource, const CompiledQuery& query, const SentRows& rows,
    const std::function<void(const std::string& name, const TemplatePlace& place)>& visit) {
  ForEachTemplate(resource, query, rows, [&](const Template& text, const TemplatePlace& place) {
    if (!place.of_resource) return;
    for (const Template::Piece& piece : text.pieces()) {
      const auto* placeholder = std::get_if<Placeholder>(&piece);
      if (placeholder == nullptr || placeholder->root != Root::kParams) continue;
      visit(placeholder->path.front(), place);
    }
  });
}

}  // namespace sallyport::request
