// The request of one run. The order matters: what is missing is told all at once, and the URL is
// judged before a credential is touched.
#include <utility>

#include "request/applied_credential.h"
#include "request/query/expansion_size.h"
#include "request/query/fields.h"
#include "request/query/outgoing_body.h"
#include "request/query/run.h"
#include "request/query/target.h"
#include "sallyport/request/outgoing.h"

namespace sallyport::request {
namespace {

Run PrepareRun(const CompiledResource& resource, const CompiledQuery& query, const Inputs& inputs,
               const RunContext& context) {
  Run run{resource, query, inputs, context, SelectRows(resource, query), {}, {}, nullptr, false};
  run.scope.params = &inputs.params;
  run.scope.user = context.user;
  run.scope.vars = &resource.variables;
  run.scope.access_token = context.access_token;
  run.scope.id_token = context.id_token;
  run.scope.secrets = &inputs.secrets;
  run.shown = run.scope;
  run.shown.masked = true;
  const bool takes_fields =
      query.body->takes_fields() && query.method != "GET" && query.method != "HEAD";
  if (takes_fields && !resource.body_fields.empty()) run.body_fields = &resource.body_fields;
  return run;
}

/// Looks at every template once: have all names a value, how much is it in all, and does the access
/// token stand anywhere?
Result<void> CheckNames(Run& run) {
  MissingNames names;
  ExpansionSize size(run.context.most_expanded_bytes);
  const auto collect = [&](const Template& text) {
    CollectMissing(text, run.scope, names);
    size.Add(text, run.scope);
    run.holds_token = run.holds_token || text.HoldsAccessToken();
  };
  if (const auto& base = run.resource.base_template) {
    collect(base->path);
    collect(base->query);
  }
  collect(run.query.path.path);
  collect(run.query.path.query);
  for (const SentRows::List* rows : {&run.rows.params, &run.rows.headers, &run.rows.cookies}) {
    for (const TemplateRow* row : *rows) collect(row->value);
  }
  run.query.body->ForEach(collect);
  if (run.body_fields != nullptr) {
    for (const TemplateRow& row : *run.body_fields) collect(row.value);
  }
  Result<void> known = names.Judge();
  return known ? size.Judge() : known;
}

/// Rows, body, defaults, cookies, and the credential last.
Result<void> BuildFields(const Run& run, const AppliedCredential& credential,
                         OutgoingRequest& request) {
  Result<void> step = AddHeaderRows(run, credential, request.fields);
  if (step) step = BuildBody(run, request);
  if (!step) return step;
  AddDefaults(run, credential, request.fields);
  step = AddCookies(run, credential, request.fields);
  AddCredential(credential, request.fields);
  return step;
}

}  // namespace

Result<OutgoingRequest> BuildOutgoing(const CompiledResource& resource, const CompiledQuery& query,
                                      const Inputs& inputs, const RunContext& context) {
  if (resource.problem) return *resource.problem;
  if (query.problem) return *query.problem;
  Run run = PrepareRun(resource, query, inputs, context);
  Result<void> step = CheckNames(run);
  if (!step) return step.error();
  Result<Target> target = BuildPath(run);
  if (!target) return target.error();

  const AppliedCredential credential =
      CredentialOf(resource, context.access_token, run.holds_token);
  step = BuildQuery(run, credential, *target);
  if (!step) return step.error();
  OutgoingRequest request;
  request.method = query.method;
  request.shown_url = target->ShownUrl();
  request.secrets = std::move(target->secrets);
  request.url = std::move(target->url);
  step = BuildFields(run, credential, request);
  if (!step) return step.error();
  return request;
}

}  // namespace sallyport::request
