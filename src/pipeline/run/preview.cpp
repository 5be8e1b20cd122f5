// A preview: the request as it would be sent, secrets masked. Nothing is sent.
#include <string>
#include <utility>
#include <vector>

#include "pipeline/gateway_impl.h"
#include "pipeline/run/run.h"
#include "sallyport/http/url.h"

namespace sallyport::pipeline {
namespace {

/// The address of the run that a preview is of.
std::string RunUrl(const Call& call) {
  std::string url = call.settings->public_url;
  while (url.ends_with('/')) url.pop_back();
  url += "/api/v1/resources/" + http::PercentEncode(call.entry->slug);
  if (call.run->is_unsaved) return url + "/request";
  return url + "/queries/" + http::PercentEncode(call.run->entry->slug) + "/run";
}

}  // namespace

Task<Result<void>> Gateway::Impl::AnswerPreview(Call& call) {
  const Run& run = *call.run;
  std::vector<std::string> warnings = request::QueryWarnings(run.query(), *call.resource);
  for (const std::string& warning : run.outgoing().warnings) warnings.push_back(warning);
  request::CurlTarget target;
  target.url = RunUrl(call);
  if (call.caller().kind == store::CallerKind::kApiKey)
    target.user = call.caller().user.value_or("");
  if (run.is_unsaved) target.query = &run.unsaved_document;
  const std::string curl = request::CurlCommand(target, run.request->inputs());
  http::ApiResponse response;
  response.body = RenderPreview(request::DescribeRequest(run.outgoing()), warnings, curl);
  Result<void> written = co_await WriteAnswer(call, std::move(response));
  co_return written;
}

}  // namespace sallyport::pipeline
