// multipart/form-data (RFC 7578).
#include <algorithm>
#include <utility>

#include "request/query/bodies.h"
#include "request/query/field_values.h"
#include "request/query/files.h"
#include "request/query/json_body.h"
#include "sallyport/base/json.h"
#include "sallyport/base/strings.h"
#include "sallyport/http/multipart.h"
#include "sallyport/store/model.h"

namespace sallyport::request {
namespace {

Error BoundaryInside(const std::string& what, std::string pointer) {
  const std::string why =
      "holds the boundary of the Content-Type row; leave the boundary out of the row";
  return Error(ErrorKind::kUnsafeValue, ErrorSource::kCaller, what + " " + why)
      .WithViolation({std::move(pointer), "unsafe", why});
}

/// Writes the parts of one body.
class PartsWriter {
 public:
  PartsWriter(const BodySources& sources, BodyWriter& writer)
      : sources_(sources), writer_(writer) {}

  Result<void> AddRow(const TemplateRow& row) { return AddText(row, Template(), Template()); }

  Result<void> Add(const BodyField& field) {
    switch (field.kind) {
      case BodyField::Kind::kFile:
        return AddFile(field);
      case BodyField::Kind::kJson:
        return AddJson(field);
      case BodyField::Kind::kText:
        break;
    }
    return AddText(field.row, field.filename, field.content_type);
  }

  void End() { writer_.text() += http::WritePartsEnd(sources_.boundary); }

 private:
  [[nodiscard]] const Scope& scope() const { return sources_.scope; }

  Result<void> AddHead(std::string_view name, const std::string& filename, std::string type) {
    http::PartHead head;
    head.name = name;
    if (!filename.empty()) head.filename = filename;
    head.content_type = std::move(type);
    Result<std::string> bytes = http::WritePartHead(sources_.boundary, head);
    if (!bytes) {
      return Error(bytes.error().kind(), bytes.error().source(), bytes.error().message())
          .WithViolation({"/body/fields/" + EscapePointerToken(name), "unsafe",
                          "cannot be sent: " + bytes.error().message()});
    }
    writer_.text() += *bytes;
    return {};
  }

  /// A random boundary stands in no value; one that a row chose may.
  [[nodiscard]] bool HoldsBoundary(std::string_view content) const {
    const std::string_view delimiter = sources_.row_delimiter;
    return !delimiter.empty() && content.find(delimiter) != std::string_view::npos;
  }

  Result<void> AddPart(std::string_view name, const std::string& filename, const std::string& type,
                       std::string_view content) {
    if (HoldsBoundary(content)) {
      return BoundaryInside("the value of the field \"" + std::string(name) + "\"",
                            "/body/fields/" + EscapePointerToken(name));
    }
    Result<void> head = AddHead(name, filename, type);
    if (!head) return head;
    writer_.text().append(content).append(http::PartContentEnd());
    return {};
  }

  Result<void> AddText(const TemplateRow& row, const Template& filename, const Template& type) {
    Result<std::string> name = FileName(filename, {});
    if (!name) return name.error();
    Result<std::string> media_type = HeaderText(type, scope(), {});
    if (!media_type) return media_type.error();
    return ForEachField(row, sources_, Position::kMultipart,
                        [&](std::string_view field, std::string_view value) {
                          return AddPart(field, *name, *media_type, value);
                        });
  }

  Result<void> AddJson(const BodyField& field) {
    if (LeavesOut(field.json.text(), scope(), sources_.omit_empty)) return {};
    Result<std::string> name = FileName(field.filename, {});
    if (!name) return name.error();
    Result<std::string> type = HeaderText(field.content_type, scope(), kJsonType);
    if (!type) return type.error();
    if (scope().masked && field.row.secret) {
      return AddPart(field.row.name, *name, *type, store::kMask);
    }
    std::string json;
    Result<void> step = field.json.Expand(scope(), json);
    if (step && !scope().masked) step = JudgeJson(json, "the field \"" + field.row.name + "\"");
    if (!step) return step;
    return AddPart(field.row.name, *name, *type, json);
  }

  Result<void> AddFile(const BodyField& field) {
    Result<std::optional<FoundFile>> found = FindFile(sources_, field.file);
    if (!found) return found.error();
    if (!*found) return {};
    const FileValue& file = (*found)->file;
    Result<std::string> name =
        FileName(field.filename, file.filename.empty() ? file.input : file.filename);
    if (!name) return name.error();
    Result<std::string> type = FileType(field.content_type, scope(), file);
    if (!type) return type.error();
    if (HoldsBoundary(HeldContent(**found))) return BoundaryInFile(file.input);
    Result<void> head = AddHead(field.row.name, *name, std::move(*type));
    if (!head) return head;
    writer_.AddFile(file, (*found)->index);
    writer_.text() += http::PartContentEnd();
    return {};
  }

  /// Nothing for a file that is streamed: it is looked at while it passes.
  [[nodiscard]] std::string_view HeldContent(const FoundFile& found) const {
    const auto& content =
        found.index ? (*sources_.files)[*found.index].content : found.file.content;
    return content ? std::string_view(*content) : std::string_view();
  }

  /// Any bytes: they are escaped when the head is written.
  Result<std::string> FileName(const Template& text, std::string_view fallback) {
    std::string name;
    if (!LeavesOut(text, scope(), false)) {
      Result<void> expanded = Expand(text, scope(), Position::kMultipart, ArrayStyle::kJson, name);
      if (!expanded) return expanded.error();
    }
    if (name.empty()) name = fallback;
    return name;
  }

  const BodySources& sources_;
  BodyWriter& writer_;
};

class Multipart final : public QueryBody {
 public:
  explicit Multipart(BodyFields fields) : fields_(std::move(fields)) {}

  [[nodiscard]] bool is_multipart() const override { return true; }
  [[nodiscard]] bool takes_fields() const override { return true; }
  [[nodiscard]] std::string_view type() const override { return "multipart/form-data"; }
  [[nodiscard]] bool HasField(std::string_view name) const override {
    return Contains(fields_.names, name);
  }
  [[nodiscard]] bool has_secret_rows() const override {
    return std::any_of(fields_.fields.begin(), fields_.fields.end(),
                       [](const BodyField& field) { return field.row.secret; });
  }
  void ForEach(const Visitor& visit) const override {
    for (const BodyField& field : fields_.fields) {
      visit(field.kind == BodyField::Kind::kJson ? field.json.text() : field.row.value);
      visit(field.filename);
      visit(field.content_type);
    }
  }

  [[nodiscard]] Result<void> Write(const BodySources& sources, BodyWriter& writer) const override {
    PartsWriter parts(sources, writer);
    for (const TemplateRow* row : FieldsBeside(fields_.names, sources)) {
      Result<void> added = parts.AddRow(*row);
      if (!added) return added;
    }
    for (const BodyField& field : fields_.fields) {
      Result<void> added = parts.Add(field);
      if (!added) return added;
    }
    parts.End();
    writer.SetContentType("multipart/form-data; boundary=" + std::string(sources.boundary));
    return {};
  }

 private:
  BodyFields fields_;
};

}  // namespace

Error BoundaryInFile(const std::string& input) {
  return BoundaryInside("the file \"" + input + "\"", "/params/" + EscapePointerToken(input));
}

BodyPointer MultipartBody(BodyFields fields) {
  return std::make_shared<Multipart>(std::move(fields));
}

}  // namespace sallyport::request
