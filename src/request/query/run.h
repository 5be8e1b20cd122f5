// What every part of one request is built from.
#pragma once

#include "request/query/query_body.h"
#include "request/query/sent_rows.h"
#include "sallyport/request/outgoing.h"

namespace sallyport::request {

struct Run {
  const CompiledResource& resource;
  const CompiledQuery& query;
  const Inputs& inputs;
  const RunContext& context;
  SentRows rows;
  Scope scope;
  Scope shown;  ///< the same, masked
  /// The resource's fields that are merged into the body; null where none are.
  const std::vector<TemplateRow>* body_fields = nullptr;
  bool holds_token = false;  ///< the magic string of the access token stands in what is sent

  [[nodiscard]] bool LeavesOut(const TemplateRow& row) const {
    return request::LeavesOut(row.value, scope, query.omit_empty_params);
  }
  [[nodiscard]] bool IsSecret(const TemplateRow& row) const {
    return row.secret || HoldsSecret(row.value, scope);
  }
};

}  // namespace sallyport::request
