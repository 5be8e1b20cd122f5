// Files in bodies: which one is meant, what it is called and of what type it is.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "request/query/query_body.h"
#include "sallyport/base/result.h"
#include "sallyport/request/inputs.h"

namespace sallyport::request {

/// A file of the run.
struct FoundFile {
  FileValue file;  ///< without content when it is one of the sources' files
  std::optional<std::size_t> index;
};

/// nullopt when the input was omitted. An input that is not declared may come as a data URL.
/// Errors: missing_parameter, invalid_parameter.
[[nodiscard]] Result<std::optional<FoundFile>> FindFile(const BodySources& sources,
                                                        const std::string& input);

/// `text` expanded as a header's value; `fallback` when it is empty.
[[nodiscard]] Result<std::string> HeaderText(const Template& text, const Scope& scope,
                                             std::string_view fallback);

/// The media type of a file: `text` expanded, else the upload's own, else bytes.
[[nodiscard]] Result<std::string> FileType(const Template& text, const Scope& scope,
                                           const FileValue& file);

}  // namespace sallyport::request
