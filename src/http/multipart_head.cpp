#include "http/multipart_head.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "http/media_type_parameters.h"
#include "sallyport/base/strings.h"
#include "sallyport/http/charset.h"
#include "sallyport/http/field_lines.h"
#include "sallyport/http/message_head.h"
#include "sallyport/http/url.h"

namespace sallyport::http {
namespace {

/// What browsers do to quotes and line ends in names (WHATWG HTML, multipart/form-data), undone.
/// They leave percent signs alone, so no other escape can be told from a name that looks like one.
std::string UndoEscapes(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view escape = text.substr(i, 3);
    if (escape == "%22") {
      plain += '"';
    } else if (EqualsIgnoreCase(escape, "%0D")) {
      plain += '\r';
    } else if (EqualsIgnoreCase(escape, "%0A")) {
      plain += '\n';
    } else {
      plain += text[i];
      continue;
    }
    i += 2;
  }
  return plain;
}

std::string AsUtf8(std::string_view text) {
  return IsUtf8(text) ? std::string(text) : Latin1ToUtf8(text);
}

/// charset'language'percent-encoded (RFC 8187 §3.2.1); nullopt when it is not that: such a value is
/// ignored (RFC 6266 §4.3).
std::optional<std::string> DecodeExtended(std::string_view value) {
  const std::size_t language = value.find('\'');
  if (language == std::string_view::npos) return std::nullopt;
  const std::size_t text = value.find('\'', language + 1);
  if (text == std::string_view::npos) return std::nullopt;
  return ToUtf8(PercentDecode(value.substr(text + 1)), value.substr(0, language));
}

/// Cuts one line off, without its CR LF; nullopt at the end.
std::optional<std::string_view> TakeLine(std::string_view& block) {
  if (block.empty()) return std::nullopt;
  const std::size_t end = block.find('\n');  // the reader refused every LF without CR
  const std::string_view line = block.substr(0, end - 1);
  block.remove_prefix(end + 1);
  return line;
}

Result<FieldView> ParseLine(std::string_view line) {
  if (line.starts_with(' ') || line.starts_with('\t')) {
    return BadMultipart("a header line of a part is folded");
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !IsToken(line.substr(0, colon))) {
    return BadMultipart("a header line of a part is not \"name: value\"");
  }
  const std::string_view value = TrimOws(line.substr(colon + 1));
  if (!IsFieldValue(value)) return BadMultipart("a header of a part holds a control byte");
  return FieldView{line.substr(0, colon), value};
}

Result<void> ReadDisposition(std::string_view value, PartHead& head) {
  const std::size_t semicolon = std::min(value.find(';'), value.size());
  if (!EqualsIgnoreCase(TrimOws(value.substr(0, semicolon)), "form-data")) {
    return BadMultipart("the Content-Disposition of a part is not form-data");
  }
  const Parameters parameters = ReadParameters(value.substr(semicolon));
  const bool doubled = parameters.Count("name") > 1 || parameters.Count("filename") > 1 ||
                       parameters.Count("filename*") > 1;
  if (!parameters.well_formed || doubled) {
    return BadMultipart("the parameters of a part's Content-Disposition are malformed");
  }
  const std::string* name = parameters.Find("name");
  if (name == nullptr || name->empty()) return BadMultipart("a part has no name");
  head.name = AsUtf8(UndoEscapes(*name));
  if (const std::string* filename = parameters.Find("filename"); filename != nullptr) {
    head.filename = AsUtf8(UndoEscapes(*filename));
  }
  if (const std::string* extended = parameters.Find("filename*"); extended != nullptr) {
    std::optional<std::string> decoded = DecodeExtended(*extended);
    if (decoded) head.filename = std::move(decoded);
  }
  return {};
}

/// RFC 7578 §4.7 deprecates the field; content that it says was changed would arrive changed.
bool ChangesContent(std::string_view encoding) {
  return !EqualsIgnoreCase(encoding, "7bit") && !EqualsIgnoreCase(encoding, "8bit") &&
         !EqualsIgnoreCase(encoding, "binary");
}

}  // namespace

Error BadMultipart(std::string_view what) {
  return {ErrorKind::kMalformedRequest, ErrorSource::kCaller,
          "The multipart body is malformed: " + std::string(what) + "."};
}

Result<PartHead> ParsePartHead(std::string_view block) {
  PartHead head;
  bool has_disposition = false;
  bool has_type = false;
  while (const std::optional<std::string_view> line = TakeLine(block)) {
    const Result<FieldView> field = ParseLine(*line);
    if (!field) return field.error();
    if (EqualsIgnoreCase(field->name, "Content-Disposition")) {
      if (std::exchange(has_disposition, true)) {
        return BadMultipart("a part has two Content-Disposition headers");
      }
      if (Result<void> read = ReadDisposition(field->value, head); !read) return read.error();
    } else if (EqualsIgnoreCase(field->name, "Content-Type")) {
      if (std::exchange(has_type, true)) {
        return BadMultipart("a part has two Content-Type headers");
      }
      head.content_type = field->value;
    } else if (EqualsIgnoreCase(field->name, "Content-Transfer-Encoding") &&
               ChangesContent(field->value)) {
      return BadMultipart("a part has a Content-Transfer-Encoding other than 7bit, 8bit or binary");
    }
  }
  if (!has_disposition) return BadMultipart("a part has no Content-Disposition and so no name");
  return head;
}

}  // namespace sallyport::http
