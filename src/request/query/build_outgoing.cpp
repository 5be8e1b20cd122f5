// The request of one run. The order matters: what is missing is told all at once, and the URL is
// judged before a credential is touched.
#include <utility>

#include "request/applied_credential.h"
#include "request/query/expansion_size.h"
#include "request/query/fields.h"
#include "request/query/outgoing_body.h"
#include "request/query/run.h"
#include "request/query/run_templates.h"
#include "request/query/target.h"
#include "sallyport/request/outgoing.h"

namespace sallyport::request {
namespace {

Scope ScopeOf(const CompiledResource& resource, const Inputs& inputs, const RunContext& context) {
  Scope scope;
  scope.params = &inputs.params;
  scope.user = context.user;
  scope.vars = &resource.variables;
  scope.access_token = context.access_token;
  scope.id_token = context.id_token;
  scope.secrets = &inputs.secrets;
  return scope;
}

Run PrepareRun(const CompiledResource& resource, const CompiledQuery& query, const Inputs& inputs,
               const RunContext& context) {
  const Scope scope = ScopeOf(resource, inputs, context);
  Run run{resource, query, inputs,  context, SelectRows(resource, query, scope),
          scope,    scope, nullptr, false};
  run.shown.masked = true;
  if (MergesBodyFields(resource, query)) run.body_fields = &resource.body_fields;
  return run;
}

/// Looks at every template once: have all names a value, how much is it in all, and does the access
/// token stand anywhere?
Result<void> CheckNames(Run& run) {
  MissingNames names;
  ExpansionSize size(run.context.most_expanded_bytes);
  ForEachTemplate(run.resource, run.query, run.rows,
                  [&](const Template& text, const TemplatePlace& place) {
                    CollectMissing(text, run.scope, names, place.pointer);
                    size.Add(text, run.scope);
                    run.holds_token = run.holds_token || text.HoldsAccessToken();
                  });
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
