// Names in a message.
#pragma once

#include <string>
#include <vector>

namespace sallyport::request {

/// "\"id\", \"name\"".
[[nodiscard]] inline std::string QuotedNames(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    text += text.empty() ? "\"" : ", \"";
    text += name + "\"";
  }
  return text;
}

}  // namespace sallyport::request
