// Reads members of a stored, normalized query document. A member of a wrong type throws
// std::runtime_error: such a document was never validated.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "request/query/template_reader.h"
#include "sallyport/base/json.h"
#include "sallyport/store/model.h"

namespace sallyport::request {

/// null for what is missing.
[[nodiscard]] const Json& Member(const Json& object, std::string_view name);
/// "" for what is missing or null.
[[nodiscard]] std::string TextOf(const Json& object, std::string_view name);
[[nodiscard]] bool FlagOf(const Json& object, std::string_view name, bool fallback);
[[nodiscard]] std::optional<std::int64_t> NumberOf(const Json& object, std::string_view name);
/// The items; none for what is missing or null.
[[nodiscard]] const Json& ListOf(const Json& object, std::string_view name);
/// A value of any JSON type: stored as the text of its JSON, so that numbers keep their spelling.
/// null for null.
[[nodiscard]] Value ValueOf(const Json& json);

/// Reads rows, with their secret values put back in place.
class RowReader {
 public:
  RowReader(const store::Document& document, TemplateReader& templates)
      : document_(document), templates_(templates) {}

  struct Row {
    const Json* json = nullptr;
    std::string name;
    std::string pointer;  ///< of the row
    SourceText value;
    bool enabled = true;
  };

  /// The rows with a name of a list, e.g. "/params" or "/body/fields".
  [[nodiscard]] std::vector<Row> Rows(const Json& object, std::string_view member,
                                      const std::string& pointer);
  /// Their templates; those that are switched off go into `removed`, without a value. Names are
  /// templates in kParam only.
  enum class Use : std::uint8_t { kParam, kHeader, kCookie };
  [[nodiscard]] std::vector<TemplateRow> Templates(std::string_view member, Use use,
                                                   std::vector<TemplateRow>& removed);
  /// The pointer of a secret value that holds the mask without a stored secret; "" = none.
  [[nodiscard]] const std::string& missing_secret() const { return missing_secret_; }

 private:
  const store::Document& document_;
  TemplateReader& templates_;
  std::string missing_secret_;
};

}  // namespace sallyport::request
