// The templates that take part in one run, each with the member it stands in.
#pragma once

#include <functional>
#include <string>

#include "request/query/sent_rows.h"

namespace sallyport::request {

/// Where a template stands: "/params/page" of the query or the resource.
struct TemplatePlace {
  std::string pointer;
  bool of_resource = false;
};

using TemplateVisitor = std::function<void(const Template& text, const TemplatePlace& place)>;

/// base_url's, the path's, those of `rows`, the body's and those of the body_fields that the body
/// does not replace; of params the names of all rows, because they decide which are sent.
void ForEachTemplate(const CompiledResource& resource, const CompiledQuery& query,
                     const SentRows& rows, const TemplateVisitor& visit);

/// Calls `visit` for each placeholder of a param in the resource's own ones of these: its name and
/// the place.
void ForEachResourceParam(
    const CompiledResource& resource, const CompiledQuery& query, const SentRows& rows,
    const std::function<void(const std::string& name, const TemplatePlace& place)>& visit);

}  // namespace sallyport::request
