// Which query is run, and may it be? None of this waits.
#include <optional>
#include <string>
#include <utility>

#include "pipeline/gateway_impl.h"
#include "pipeline/run/run.h"
#include "pipeline/run/run_flags.h"

namespace sallyport::pipeline {
namespace {

constexpr std::string_view kDecodable = "gzip, deflate, br";

/// An envelope is decoded here. A raw answer goes out as it comes, so it is what the caller takes.
std::string AcceptEncoding(const Run& run, const http::RequestHead& head) {
  if (!run.is_raw) return std::string(kDecodable);
  std::string accepted;
  for (const std::string_view value : head.fields.FindAll("Accept-Encoding")) {
    if (!accepted.empty()) accepted += ", ";
    accepted += value;
  }
  return accepted.empty() ? "identity" : accepted;
}

RunRequest::Defaults DefaultsFor(const Call& call, const std::string& user_agent) {
  RunRequest::Defaults defaults;
  if (call.caller().user) {
    defaults.user = request::UserValue(*call.caller().user, call.caller().user_attributes);
  }
  defaults.user_agent = user_agent;
  // Twice: a value may well stand in two places, but not in a hundred.
  defaults.most_expanded_bytes = 2 * std::uint64_t{call.settings->api_body_bytes};
  defaults.accept_encoding = AcceptEncoding(*call.run, call.head());
  return defaults;
}

/// Is `raw` in the query string of this call a param?
bool TakesRaw(const Call& call, const request::CompiledQuery* query) {
  if (call.route.method != "GET" || query == nullptr) return false;
  const std::optional<request::InputRules> here = request::RulesAt(*call.resource, *query);
  return TakesInput(here ? *here : query->inputs, "raw");
}

Error NoSuchQuery(const std::string& slug, const std::string& resource) {
  return Error(ErrorKind::kNotFound, ErrorSource::kCaller,
               "The resource \"" + resource + "\" has no query \"" + slug + "\".")
      .WithHint("GET /api/v1/resources/" + resource + "/queries lists them for admins");
}

}  // namespace

Result<void> Gateway::Impl::LoadRun(Call& call) {
  const Service service = call.route.service;
  call.run = std::make_unique<Run>();
  Run& run = *call.run;
  run.is_preview = service == Service::kPreview || service == Service::kPreviewUnsaved;
  run.is_unsaved = service == Service::kRunUnsaved || service == Service::kPreviewUnsaved;
  Result<void> r = FindResource(call, call.route.path_values.at(0));
  if (r) r = RefuseBroken(call);
  if (r && !run.is_preview) r = LimitResource(call);
  if (!r) return r;
  const request::CompiledQuery* query = nullptr;
  if (!run.is_unsaved) {
    Result<const request::CompiledQuery*> found = FindQuery(call, call.route.path_values.at(1));
    if (!found) return std::move(found.error());
    query = *found;
  }
  JudgeAnswerForm(call, query);
  run.request.emplace(*call.resource, DefaultsFor(call, proxy_options_.user_agent));
  if (query != nullptr) run.request->SetQuery(*query);
  return {};
}

Result<const request::CompiledQuery*> Gateway::Impl::FindQuery(Call& call,
                                                               const std::string& slug) {
  Run& run = *call.run;
  run.entry = call.snapshot->queries.Find(store::QueryKey(call.entry->id, slug));
  if (!run.entry) return NoSuchQuery(slug, call.entry->slug);
  const auto* query = dynamic_cast<const request::CompiledQuery*>(run.entry->prepared.get());
  if (run.entry->broken || query == nullptr) return SecretsDoNotOpen("query");
  if (call.route.method == "GET" && !query->is_safe()) {
    return Error(ErrorKind::kMethodNotAllowed, ErrorSource::kCaller,
                 "The query sends " + query->method +
                     ", which may change something, so it is run by POST only.")
        .WithAllow("POST, OPTIONS");
  }
  return query;
}

/// `raw` in the query string of a GET is a param when the query takes one of that name.
void Gateway::Impl::JudgeAnswerForm(Call& call, const request::CompiledQuery* query) {
  Run& run = *call.run;
  if (run.is_preview) return;
  run.by_preference = PrefersRaw(call.head());
  run.is_raw = run.by_preference || (HasRawFlag(call.head()) && !TakesRaw(call, query));
}

}  // namespace sallyport::pipeline
