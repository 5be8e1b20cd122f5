// The encoding rules of each position, one pair of functions per row of the contract's table.
#pragma once

#include <string>
#include <string_view>

#include "sallyport/request/expand.h"

namespace sallyport::request {

struct PositionRules {
  /// Text outside placeholders.
  void (*literal)(std::string& out, std::string_view text);
  /// Text of one value. "" when it may stand there, else why not ("holds a control byte").
  std::string_view (*value)(std::string& out, std::string_view text);
  /// May arrays and objects stand there, as JSON?
  bool takes_structures = true;
  /// Does `literal` leave alone what `value` has encoded?
  bool keeps_text = true;
};

[[nodiscard]] const PositionRules& RulesOf(Position position);

}  // namespace sallyport::request
