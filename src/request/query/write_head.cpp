// The head of a request as bytes, and what a body says about itself.
#include <algorithm>
#include <utility>

#include "sallyport/http/field_lines.h"
#include "sallyport/request/outgoing.h"

namespace sallyport::request {
namespace {

void AddFraming(const OutgoingRequest& request, const std::vector<FileValue>& files,
                http::FieldLines& fields) {
  const std::string& method = request.method;
  if (!request.body.present) {
    // RFC 9110 §8.6: a method that expects content says that there is none.
    if (method == "POST" || method == "PUT" || method == "PATCH") {
      fields.AddNumber("Content-Length", 0);
    }
    return;
  }
  if (const std::optional<std::uint64_t> length = request.body.Length(files)) {
    fields.AddNumber("Content-Length", *length);
    return;
  }
  static_cast<void>(fields.Add("Transfer-Encoding", "chunked"));  // a constant: always right
}

}  // namespace

std::optional<std::uint64_t> OutgoingBody::Length(const std::vector<FileValue>& files) const {
  std::uint64_t length = 0;
  for (const BodyPiece& piece : pieces) {
    if (!piece.file) {
      length += piece.bytes.size();
      continue;
    }
    const FileValue& file = files.at(*piece.file);
    if (file.content) {
      length += file.content->size();
    } else if (file.size) {
      length += *file.size;
    } else {
      return std::nullopt;
    }
  }
  return length;
}

bool OutgoingBody::replayable(const std::vector<FileValue>& files) const {
  return std::all_of(pieces.begin(), pieces.end(), [&](const BodyPiece& piece) {
    return !piece.file || files.at(*piece.file).content.has_value();
  });
}

Result<std::string> WriteHead(const OutgoingRequest& request, const std::vector<FileValue>& files) {
  http::FieldLines fields;
  std::size_t bytes = 64;
  for (const OutgoingField& field : request.fields) {
    bytes += field.name.size() + field.value.size() + 4;
  }
  fields.Reserve(bytes);
  for (const OutgoingField& field : request.fields) {
    if (field.confined && !request.trusted) continue;
    Result<void> added = fields.Add(field.name, field.value);
    if (!added) return added.error();
  }
  AddFraming(request, files, fields);
  std::string target = request.url.path;
  if (!request.url.query.empty()) target.append("?").append(request.url.query);
  return http::WriteRequestHead(request.method, target, request.url.origin.HostField(), fields);
}

}  // namespace sallyport::request
