// Routes that make calls to targets. The pipeline serves them; they stand in this list so that
// routing, rights and OpenAPI have one source.
#include "admin/operation.h"

namespace sallyport::admin {
namespace {

const std::vector<int> kRunErrors = {404, 413, 422, 424, 502, 504};

Operation RunSaved() {
  return {.method = "POST",
          .path = "/api/v1/resources/{r}/queries/{q}/run",
          .access = Access::kAnyCaller,
          .body = Body::kRun,
          .service = Service::kRun,
          .id = "runQuery",
          .tag = "queries",
          .summary = "Run a saved query",
          .answer = "Envelope",
          .input = "RunInput",
          .errors = kRunErrors,
          .note =
              "200 whatever the target's status. Files come as multipart/form-data: a part "
              "\"params\" (JSON) and one part per file input; send \"params\" first and the files "
              "in the order in which the query uses them, then they are streamed."};
}

Operation RunSavedByGet() {
  return {.method = "GET",
          .path = "/api/v1/resources/{r}/queries/{q}/run",
          .access = Access::kAnyCaller,
          .service = Service::kRun,
          .id = "runQueryByGet",
          .tag = "queries",
          .summary = "Run a saved query that has a safe method",
          .answer = "Envelope",
          .errors = {404, 405, 422, 424, 502, 504},
          .note =
              "Parameters are the params, read as the declared types; a repeated one is an array. "
              "405 for a query with another method than GET, HEAD or OPTIONS."};
}

Operation PreviewSaved() {
  return {.method = "POST",
          .path = "/api/v1/resources/{r}/queries/{q}/preview",
          .access = Access::kAnyCaller,
          .body = Body::kJson,
          .service = Service::kPreview,
          .id = "previewQuery",
          .tag = "queries",
          .summary = "Show the request that a run would send; nothing is sent",
          .answer = "Preview",
          .input = "RunInput",
          .errors = {404, 424}};
}

Operation RunUnsaved() {
  return {.method = "POST",
          .path = "/api/v1/resources/{r}/request",
          .body = Body::kRun,
          .service = Service::kRunUnsaved,
          .id = "runRequest",
          .tag = "queries",
          .summary = "Run a query that is not saved",
          .answer = "Envelope",
          .input = "UnsavedRun",
          .errors = kRunErrors,
          .note = "Files as for a saved query; the part \"query\" then holds the query."};
}

Operation PreviewUnsaved() {
  return {.method = "POST",
          .path = "/api/v1/resources/{r}/request/preview",
          .body = Body::kJson,
          .service = Service::kPreviewUnsaved,
          .id = "previewRequest",
          .tag = "queries",
          .summary = "Show what a query that is not saved would send; nothing is sent",
          .answer = "Preview",
          .input = "UnsavedRun",
          .errors = {404, 424}};
}

}  // namespace

std::vector<Operation> RunOperations() {
  return {RunSaved(), RunSavedByGet(), PreviewSaved(), RunUnsaved(), PreviewUnsaved()};
}

}  // namespace sallyport::admin
