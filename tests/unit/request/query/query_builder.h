// Compiles queries out of a few members, as they are stored, and builds what they send.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "sallyport/base/json.h"
#include "sallyport/request/compiled_query.h"
#include "sallyport/request/outgoing.h"
#include "unit/request/resource_builder.h"

namespace sallyport::request::test {

using QueryPointer = std::shared_ptr<const CompiledQuery>;

inline constexpr std::string_view kBoundary = "XX";

/// `members` replace the defaults of contract section 5. JSON values of any type are stored as the
/// text of their JSON.
inline store::Document QueryDocument(std::string_view members, store::Secrets secrets = {}) {
  store::Document document;
  document.body = Json::parse(R"({
    "slug":"q","name":"","description":"","method":"GET","path":"","params":[],"headers":[],
    "cookies":[],"body":{"type":"none"},"inputs":[],"timeout_ms":null,"redirects":null,"retries":0,
    "omit_empty_params":false,"array_style":"repeat"})");
  document.body.update(Json::parse(members));
  document.secrets = std::move(secrets);
  return document;
}

inline Result<QueryPointer> TryQuery(std::string_view members, store::Secrets secrets = {},
                                     const CompiledResource* resource = nullptr) {
  return CompileQuery(QueryDocument(members, std::move(secrets)), resource);
}

inline QueryPointer Query(std::string_view members, store::Secrets secrets = {}) {
  Result<QueryPointer> query = TryQuery(members, std::move(secrets));
  EXPECT_TRUE(query) << members << ": " << (query ? "" : query.error().message());
  return query ? *query : std::make_shared<const CompiledQuery>();
}

inline Value Parsed(std::string_view json) {
  Result<Value> value = Value::Parse(json, 64);
  EXPECT_TRUE(value) << json;
  return value ? std::move(*value) : Value();
}

inline FileValue HeldFile(std::string input, std::string filename, std::string type,
                          std::string content) {
  const std::uint64_t size = content.size();
  return {std::move(input), std::move(filename), std::move(type), size, std::move(content)};
}

/// One run: what is given, resolved, and the request that comes of it.
inline Result<OutgoingRequest> TryRun(const CompiledPointer& resource, const QueryPointer& query,
                                      std::string_view params = "{}",
                                      std::vector<FileValue> files = {}) {
  GivenInputs given;
  given.params = Parsed(params);
  given.files = std::move(files);
  const Value user = Parsed(R"({"id":"alice","attributes":{"team":"blue"}})");
  const std::optional<InputRules> here = RulesAt(*resource, *query);
  const auto find_missing = [&](const Value& found) {
    return MissingIn(*resource, *query, found, &user);
  };
  Result<Inputs> inputs =
      ResolveInputs(here ? *here : query->inputs, std::move(given), find_missing);
  if (!inputs) return inputs.error();
  RunContext context;
  context.user = &user;
  context.user_agent = "sallyport/test";
  context.boundary = kBoundary;
  return BuildOutgoing(*resource, *query, *inputs, context);
}

inline OutgoingRequest Built(const CompiledPointer& resource, const QueryPointer& query,
                             std::string_view params = "{}", std::vector<FileValue> files = {}) {
  Result<OutgoingRequest> request = TryRun(resource, query, params, std::move(files));
  EXPECT_TRUE(request) << (request ? "" : request.error().message());
  return request ? std::move(*request) : OutgoingRequest();
}

/// The code of the error, "ok" when there is none.
template <typename T>
ErrorKind KindOf(const Result<T>& result) {
  return result ? ErrorKind::kInternal : result.error().kind();
}

/// All pieces; a file stands as "<index>".
inline std::string BodyOf(const OutgoingRequest& request) {
  std::string text;
  for (const BodyPiece& piece : request.body.pieces) {
    text += piece.file ? "<" + std::to_string(*piece.file) + ">" : piece.bytes;
  }
  return text;
}

inline std::string HeadOf(const OutgoingRequest& request,
                          const std::vector<FileValue>& files = {}) {
  const Result<std::string> head = WriteHead(request, files);
  EXPECT_TRUE(head) << (head ? "" : head.error().message());
  return head ? *head : std::string();
}

inline std::string SentField(const OutgoingRequest& request, std::string_view name,
                             const std::vector<FileValue>& files = {}) {
  return FieldOf(HeadOf(request, files), name);
}

/// The description's fields of one name, joined by " | "; "-" when there is none.
inline std::string ShownField(const OutgoingRequest& request, std::string_view name) {
  std::string found;
  const Json shown = Json::parse(DescribeRequest(request));
  for (const Json& header : shown["headers"]) {
    if (header[0] != std::string(name)) continue;
    found += (found.empty() ? "" : " | ") + header[1].get<std::string>();
  }
  return found.empty() ? "-" : found;
}

inline std::string ShownBody(const OutgoingRequest& request) {
  const Json shown = Json::parse(DescribeRequest(request));
  return shown["body"].is_null() ? "null" : shown["body"].get<std::string>();
}

}  // namespace sallyport::request::test
