// What is wrong with the inputs of a call, said to its caller.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sallyport/base/error.h"
#include "sallyport/request/inputs.h"

namespace sallyport::request {

/// Flaws of one kind, in the order they are found.
struct Flaws {
  std::vector<std::string> names;
  std::vector<Violation> violations;

  void Add(std::string_view name, std::string_view code, std::string message);
  [[nodiscard]] bool empty() const { return names.empty(); }
};

/// Null when it is none.
[[nodiscard]] const UndeclaredParam* FindUndeclared(const InputRules& rules, std::string_view name);
/// "is used by the resource's base_url and ..."
[[nodiscard]] std::string WhyUndeclared(const UndeclaredParam& param);

/// What of `others` is news: no part of a param that was judged already.
[[nodiscard]] MissingNames Beside(MissingNames others, const Flaws& missing, const Flaws& invalid);

/// Each lists all of its kind.
[[nodiscard]] Error UnknownError(const InputRules& rules, Flaws flaws);
[[nodiscard]] Error MissingError(const InputRules& rules, Flaws flaws, const MissingNames& others);
[[nodiscard]] Error InvalidError(Flaws flaws);

}  // namespace sallyport::request
