// From the `body` member of a query document to a QueryBody.
#pragma once

#include <string>
#include <vector>

#include "request/query/bodies.h"
#include "request/query/document_members.h"
#include "request/query/template_reader.h"

namespace sallyport::request {

/// What is wrong becomes a violation of `templates`, what is odd a sentence in `notes`.
[[nodiscard]] BodyPointer ReadBody(const Json& body, RowReader& rows, TemplateReader& templates,
                                   std::vector<std::string>& notes);

}  // namespace sallyport::request
