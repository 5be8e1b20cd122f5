// The kinds of body. A new kind: one file here, one line below, one in body_reader.cpp.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "request/query/query_body.h"

namespace sallyport::request {

using BodyPointer = std::shared_ptr<const QueryBody>;

/// A field of a form or a part of a multipart body.
struct BodyField {
  enum class Kind : std::uint8_t { kText, kFile, kJson };
  Kind kind = Kind::kText;
  TemplateRow row;    ///< of files: the name only
  JsonTemplate json;  ///< kJson: the value
  std::string file;   ///< kFile: the input
  Template filename, content_type;
};

/// The fields of a body, and the names that take the resource's body_fields of theirs away: their
/// own and those of rows that are switched off.
struct BodyFields {
  std::vector<BodyField> fields;
  std::vector<std::string> names;
};

[[nodiscard]] BodyPointer NoBody();
[[nodiscard]] BodyPointer JsonTextBody(JsonTemplate text);
[[nodiscard]] BodyPointer JsonTreeBody(JsonTreeTemplate tree);
[[nodiscard]] BodyPointer FormBody(BodyFields fields);
[[nodiscard]] BodyPointer MultipartBody(BodyFields fields);
[[nodiscard]] BodyPointer RawBody(Template text, Template content_type);
/// `file`: the input.
[[nodiscard]] BodyPointer BinaryBody(std::string file, Template content_type);
/// `tree`: {"query":...,"variables":...}
[[nodiscard]] BodyPointer GraphqlBody(JsonTreeTemplate tree);

}  // namespace sallyport::request
