// The parts of a form as the inputs of a run. Pure: parts come in whole, or as files whose bytes
// are elsewhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "sallyport/base/result.h"
#include "sallyport/http/multipart.h"
#include "sallyport/request/inputs.h"

namespace sallyport::pipeline {

enum class PartUse : std::uint8_t { kParams, kQuery, kText, kFile, kIgnored };

/// What a part that is neither "params" nor "query" is for. A part is a file when the input is one,
/// or, with nothing declared, when the query sends it as one or it has a file name. Errors:
/// unknown_parameter for a file that no declared input takes. (A text of that kind is judged with
/// the params.)
[[nodiscard]] Result<PartUse> UseOf(const http::PartHead& head, const request::InputRules& rules);

/// A part's head as the file of its input; size and content are open.
[[nodiscard]] request::FileValue FileOfPart(const http::PartHead& head);

class FormInputs {
 public:
  /// Errors: malformed_request for a second one.
  [[nodiscard]] Result<void> TakeParams(request::Value params);
  /// A text that comes again makes an array. Errors: invalid_parameter for what is no UTF-8.
  [[nodiscard]] Result<void> TakeText(const std::string& name, std::string text);
  /// Errors: invalid_parameter for a second file of one input.
  [[nodiscard]] Result<void> TakeFile(request::FileValue file);

  /// Has something come for this input?
  [[nodiscard]] bool Has(const std::string& name) const;
  /// Can no value change any more that is not a file's? Either "params" has come, or every input
  /// that could stand there has a value.
  [[nodiscard]] bool ParamsAreKnown(const request::InputRules& rules) const;

  /// All that has come. Errors: invalid_parameter for what stands in "params" and as a part.
  [[nodiscard]] Result<request::GivenInputs> Given() const;

 private:
  struct Text {
    std::string name;
    std::vector<request::Value> values;
  };
  [[nodiscard]] const Text* FindText(const std::string& name) const;

  std::optional<request::Value> params_;
  std::vector<Text> texts_;
  std::unordered_map<std::string, std::size_t> text_places_;  ///< where a name is in texts_
  std::vector<request::FileValue> files_;
};

}  // namespace sallyport::pipeline
