// What the API is given as a resource or a query. What it admits holds no secret in clear, can be
// compiled, and means the same when it is read and written back. The first byte of the input says
// which of the two the rest is.
#include <cstdint>
#include <string>

#include "admin/query_document.h"
#include "admin/query_table.h"
#include "admin/resource_document.h"
#include "admin/spelled_json.h"
#include "require.h"
#include "sallyport/base/strings.h"
#include "sallyport/request/compiled_query.h"
#include "sallyport/request/compiled_resource.h"

using namespace sallyport;
using namespace sallyport::admin;

namespace {

constexpr std::size_t kDepth = 64;

void RequireRefusal(const Error& error) {
  FUZZ_REQUIRE(error.kind() == ErrorKind::kValidationFailed ||
               error.kind() == ErrorKind::kUnknownPlaceholder ||
               error.kind() == ErrorKind::kOutsideBaseUrl);
  FUZZ_REQUIRE(!error.message().empty() && IsUtf8(error.message()));
  FUZZ_REQUIRE(!error.violations().empty());
  for (const Violation& violation : error.violations()) {
    FUZZ_REQUIRE(!violation.message.empty() && !violation.code.empty());
    FUZZ_REQUIRE(violation.pointer.empty() || violation.pointer.front() == '/');
  }
}

std::string Text(const Secret& secret) {
  return secret.Reveal([](std::string_view bytes) { return std::string(bytes); });
}

void RequireMasked(const store::Document& document) {
  for (const auto& [pointer, secret] : document.secrets) {
    FUZZ_REQUIRE(document.body.at(Json::json_pointer(pointer)) == store::kMask);
  }
}

void RequireSame(const store::Document& once, const store::Document& again) {
  FUZZ_REQUIRE(once.body == again.body);
  FUZZ_REQUIRE(once.secrets.size() == again.secrets.size());
  for (const auto& [pointer, secret] : once.secrets) {
    FUZZ_REQUIRE(again.secrets.contains(pointer));
    FUZZ_REQUIRE(Text(again.secrets.at(pointer)) == Text(secret));
  }
}

void CheckResource(const Json& input) {
  const Result<BuiltDocument> built = BuildDocument(input, {});
  if (!built) return RequireRefusal(built.error());
  RequireMasked(built->document);

  const Result<BuiltDocument> again = BuildDocument(built->document.body, {&built->document, true});
  FUZZ_REQUIRE(again && again->new_secrets.empty());
  RequireSame(built->document, again->document);

  store::Resource resource;
  resource.slug = "r";
  resource.document = built->document;
  const auto compiled = std::dynamic_pointer_cast<const request::CompiledResource>(
      request::CompileResource(resource));
  FUZZ_REQUIRE(compiled && compiled->credential);
  FUZZ_REQUIRE(compiled->base.path.starts_with('/'));
}

void CheckQuery(const Json& input) {
  const Result<BuiltDocument> built = BuildQuery(QueryTable(), input, {});
  if (!built) return RequireRefusal(built.error());
  RequireMasked(built->document);

  const Json written = WrittenQuery(built->document.body);
  const Result<BuiltDocument> again = BuildQuery(QueryTable(), written, {&built->document, true});
  FUZZ_REQUIRE(again);
  RequireSame(built->document, again->document);

  const auto compiled = request::CompileQuery(built->document, nullptr);
  if (!compiled) return RequireRefusal(compiled.error());
  FUZZ_REQUIRE((*compiled)->body);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const bool is_query = data[0] == 'q';
  const Result<Json> input = is_query ? ParseSpelled(text, kDepth) : ParseJson(text, kDepth);
  if (!input) {
    FUZZ_REQUIRE(input.error().kind() == ErrorKind::kMalformedJson);
    return 0;
  }
  if (!input->is_object()) return 0;
  if (is_query) {
    CheckQuery(*input);
  } else {
    CheckResource(*input);
  }
  return 0;
}
