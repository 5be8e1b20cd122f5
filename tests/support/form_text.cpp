#include "support/form_text.h"

#include <algorithm>
#include <cstdlib>

namespace sallyport::test {

std::string FormDecoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      out +=
          static_cast<char>(std::strtol(std::string(text.substr(i + 1, 2)).c_str(), nullptr, 16));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

std::string FormMember(std::string_view form, std::string_view name) {
  while (!form.empty()) {
    const std::size_t end = std::min(form.find('&'), form.size());
    const std::string_view pair = form.substr(0, end);
    const std::size_t equals = std::min(pair.find('='), pair.size());
    if (FormDecoded(pair.substr(0, equals)) == name) {
      return FormDecoded(pair.substr(std::min(equals + 1, pair.size())));
    }
    form.remove_prefix(std::min(end + 1, form.size()));
  }
  return "";
}

}  // namespace sallyport::test
