// Turns what a caller sent as a query into what is stored, and back. Pure.
#pragma once

#include <string>
#include <vector>

#include "admin/built_document.h"
#include "sallyport/base/json.h"
#include "sallyport/base/result.h"
#include "sallyport/schema/field_table.h"
#include "sallyport/store/model.h"

namespace sallyport::admin {

/// `table` is QueryTable() or UnsavedQueryTable(). `input` is the whole document as callers write
/// it, with spelled numbers (schema/spelling.h). In the result, members of any JSON are strings of
/// its text. Errors: validation_failed with all violations at once. Templates are judged elsewhere
/// (query_check.h).
[[nodiscard]] Result<BuiltDocument> BuildQuery(const schema::Object& table, const Json& input,
                                               const StoredDocument& stored);

/// A stored body as callers write it; may hold spelled numbers.
[[nodiscard]] Json WrittenQuery(const Json& body);

/// What a read shows: the document with masks, then the read-only members but `warnings`.
[[nodiscard]] Json QueryView(const store::Query& query);

}  // namespace sallyport::admin
