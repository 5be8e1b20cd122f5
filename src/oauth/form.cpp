#include "oauth/form.h"

#include "sallyport/http/url.h"

namespace sallyport::oauth {

std::string FormEncode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view byte = text.substr(i, 1);
    if (byte == " ") {
      out += '+';
    } else if (byte == "~") {
      out += "%7E";
    } else if (byte == "*") {
      out += '*';
    } else {
      out += http::PercentEncode(byte);
    }
  }
  return out;
}

Json ReadForm(std::string_view text) {
  Json form = Json::object();
  for (const http::QueryPiece& piece : http::SplitQuery(text)) {
    std::string name = http::FormDecode(piece.name);
    if (!form.contains(name)) form[std::move(name)] = http::FormDecode(piece.value);
  }
  return form;
}

}  // namespace sallyport::oauth
