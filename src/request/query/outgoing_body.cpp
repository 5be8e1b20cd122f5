#include "request/query/outgoing_body.h"

#include <algorithm>
#include <utility>

#include "request/query/fields.h"
#include "sallyport/base/encoding.h"
#include "sallyport/base/strings.h"
#include "sallyport/crypto/digest.h"
#include "sallyport/http/multipart.h"

namespace sallyport::request {
namespace {

constexpr std::string_view kContentType = "Content-Type";

/// 128 random bits: no value holds it.
std::string RandomBoundary() { return "sallyport-" + HexEncode(crypto::RandomBytes(16)); }

bool IsMultipart(std::string_view type) {
  return StartsWithIgnoreCase(TrimOws(type), "multipart/");
}

/// The boundary of any multipart type; "" when it has none.
std::string BoundaryOf(std::string_view type) {
  const std::size_t semicolon = type.find(';');
  if (semicolon == std::string_view::npos) return {};
  const std::string form = "multipart/form-data" + std::string(type.substr(semicolon));
  const Result<std::optional<std::string>> boundary = http::MultipartBoundary(form);
  return boundary ? boundary->value_or("") : std::string();
}

std::string OwnBoundary(const Run& run) {
  return run.context.boundary.empty() ? RandomBoundary() : std::string(run.context.boundary);
}

void GiveBoundary(OutgoingField& row, std::string_view boundary) {
  if (!IsMultipart(row.value) || !BoundaryOf(row.value).empty()) return;
  const std::string parameter = "; boundary=" + std::string(boundary);
  row.value += parameter;
  row.shown += parameter;
}

bool HoldsSecret(const Run& run) {
  bool secret = run.query.body->has_secret_rows();
  run.query.body->ForEach(
      [&](const Template& text) { secret = secret || request::HoldsSecret(text, run.scope); });
  if (secret || run.body_fields == nullptr) return secret;
  return std::any_of(run.body_fields->begin(), run.body_fields->end(),
                     [&](const TemplateRow& row) { return run.IsSecret(row); });
}

Result<std::string> Shown(const Run& run, BodySources sources) {
  sources.scope = run.shown;
  BodyWriter writer(BodyWriter::Purpose::kShow);
  Result<void> written = run.query.body->Write(sources, writer);
  if (!written) return written.error();
  return std::move(writer.text());
}

}  // namespace

Result<void> BuildBody(const Run& run, OutgoingRequest& request) {
  const QueryBody& body = *run.query.body;
  if (body.is_none()) return {};
  OutgoingField* row = FindField(request.fields, kContentType);
  const bool multipart = body.is_multipart();
  std::string boundary = multipart && row != nullptr ? BoundaryOf(row->value) : std::string();
  if (!boundary.empty()) request.body.row_delimiter = "--" + boundary;
  if (multipart && boundary.empty()) boundary = OwnBoundary(run);
  BodySources sources;
  sources.scope = run.scope;
  sources.files = &run.inputs.files;
  sources.fields = run.body_fields;
  if (row != nullptr) sources.row_content_type = row->value;
  sources.boundary = boundary;
  sources.row_delimiter = request.body.row_delimiter;
  sources.arrays = run.query.array_style;
  sources.omit_empty = run.query.omit_empty_params;

  BodyWriter writer(BodyWriter::Purpose::kSend);
  Result<void> written = body.Write(sources, writer);
  if (!written) return written;
  request.body.present = true;
  request.body.pieces = std::move(writer.pieces());
  request.body.confined = HoldsSecret(run);
  if (request.body.confined || writer.has_file()) {
    Result<std::string> shown = Shown(run, sources);
    if (!shown) return shown.error();
    request.body.shown = std::move(*shown);
  }
  if (row != nullptr) {
    if (multipart) GiveBoundary(*row, boundary);
    return {};
  }
  const std::string& type = writer.content_type();
  request.fields.push_back({std::string(kContentType), type, type, false});
  return {};
}

}  // namespace sallyport::request
