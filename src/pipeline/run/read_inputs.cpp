// What a run is given: a query string, JSON, or a form.
#include <optional>
#include <string>
#include <utility>

#include "pipeline/gateway_impl.h"
#include "pipeline/run/run.h"
#include "pipeline/run/run_document.h"
#include "pipeline/run/run_flags.h"
#include "sallyport/base/encoding.h"
#include "sallyport/crypto/digest.h"
#include "sallyport/http/multipart.h"

namespace sallyport::pipeline {
namespace {

constexpr std::size_t kBoundaryBytes = 16;

}  // namespace

/// Afterwards the request is built. A form is read as far as it must be before anything is sent.
Task<Result<void>> Gateway::Impl::ReadInputs(Call& call) {
  Run& run = *call.run;
  if (call.route.method == "GET") {
    request::GivenInputs given;
    given.params = ParamsOfGet(call.head(), run.request->rules());
    given.coerce = true;
    co_return run.request->Build(std::move(given));
  }
  const std::string_view type = call.head().fields.Find("Content-Type").value_or("");
  Result<std::optional<std::string>> boundary = http::MultipartBoundary(type);
  if (!boundary) co_return std::move(boundary.error());
  Result<void> read;
  if (*boundary) {
    read = co_await ReadForm(call, std::move(**boundary));
  } else {
    read = co_await ReadDocument(call);
  }
  co_return read;
}

Task<Result<void>> Gateway::Impl::ReadDocument(Call& call) {
  Run& run = *call.run;
  Result<std::string> body = co_await ReadApiBody(call);
  if (!body) co_return std::move(body.error());
  const QueryMember member = run.is_unsaved ? QueryMember::kRequired : QueryMember::kNone;
  Result<RunDocument> document = ParseRunDocument(*body, call.settings->json_depth, member);
  if (!document) co_return std::move(document.error());
  if (document->query) {
    Result<void> adopted = AdoptQuery(call, *document->query);
    if (!adopted) co_return adopted;
  }
  request::GivenInputs given;
  given.params = std::move(document->params);
  co_return run.request->Build(std::move(given));
}

Task<Result<void>> Gateway::Impl::ReadForm(Call& call, std::string boundary) {
  Run& run = *call.run;
  Result<void> plain = JudgeCoding(call.head());
  if (!plain) co_return plain;
  RunForm::Options options;
  options.held_bytes = call.settings->api_body_bytes;
  options.json_depth = call.settings->json_depth;
  if (run.is_preview) options.content = RunForm::Content::kCounted;
  RunForm::TakeQuery take_query;
  if (run.is_unsaved) {
    take_query = [this, &call](const request::Value& query) { return AdoptQuery(call, query); };
  }
  run.request->KeepBoundary("sallyport-" + HexEncode(crypto::RandomBytes(kBoundaryBytes)));
  const FormSource source{call.exchange, boundary, blocks_};
  run.form.emplace(source, *run.request, options, std::move(take_query));
  Result<void> read = co_await run.form->ReadOn();
  co_return read;
}

/// Makes an unsaved query ready to run.
Result<void> Gateway::Impl::AdoptQuery(Call& call, const request::Value& query) {
  Run& run = *call.run;
  Result<store::Document> document = api_.NormalizeQuery(query);
  if (!document) return InsideQuery(document.error());
  Result<std::shared_ptr<const request::CompiledQuery>> compiled =
      request::CompileQuery(*document, call.resource);
  if (!compiled) return InsideQuery(compiled.error());
  run.unsaved = std::move(*compiled);
  run.unsaved_document = std::move(document->body);
  run.request->SetQuery(*run.unsaved);
  return {};
}

}  // namespace sallyport::pipeline
