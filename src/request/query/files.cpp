#include "request/query/files.h"

#include <utility>

#include "sallyport/base/json.h"

namespace sallyport::request {
namespace {

constexpr std::string_view kBytesType = "application/octet-stream";

Error About(ErrorKind kind, const std::string& input, std::string code, const std::string& what) {
  return Error(kind, ErrorSource::kCaller, "\"" + input + "\" " + what)
      .WithViolation({"/params/" + EscapePointerToken(input), std::move(code), what});
}

}  // namespace

Result<std::optional<FoundFile>> FindFile(const BodySources& sources, const std::string& input) {
  for (std::size_t i = 0; i < sources.files->size(); ++i) {
    const FileValue& file = (*sources.files)[i];
    if (file.input != input) continue;
    FileValue head{file.input, file.filename, file.content_type, file.size, std::nullopt};
    return std::optional<FoundFile>(FoundFile{std::move(head), i});
  }
  const Value* value =
      sources.scope.params == nullptr ? nullptr : sources.scope.params->Find(input);
  if (value == nullptr) {
    return About(ErrorKind::kMissingParameter, input, "required", "is required: it is a file");
  }
  if (value->is_null()) return std::optional<FoundFile>();
  if (value->kind() != Value::Kind::kString) {
    return About(ErrorKind::kInvalidParameter, input, "type",
                 "must be a file: an uploaded part or a base64 data URL");
  }
  Result<FileValue> held = FileFromDataUrl(input, value->text());
  if (!held) return About(ErrorKind::kInvalidParameter, input, "type", held.error().message());
  return std::optional<FoundFile>(FoundFile{std::move(*held), std::nullopt});
}

Result<std::string> HeaderText(const Template& text, const Scope& scope,
                               std::string_view fallback) {
  std::string expanded;
  if (!LeavesOut(text, scope, false)) {
    Result<void> step = Expand(text, scope, Position::kHeader, ArrayStyle::kJson, expanded);
    if (!step) return step.error();
  }
  if (expanded.empty()) expanded = fallback;
  return expanded;
}

Result<std::string> FileType(const Template& text, const Scope& scope, const FileValue& file) {
  return HeaderText(text, scope,
                    file.content_type.empty() ? kBytesType : std::string_view(file.content_type));
}

}  // namespace sallyport::request
