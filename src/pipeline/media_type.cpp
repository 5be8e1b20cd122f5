#include "pipeline/media_type.h"

#include <string>

#include "sallyport/base/strings.h"

namespace sallyport::pipeline {

bool IsJson(std::string_view content_type) {
  const std::string type = ToLowerAscii(Trim(content_type.substr(0, content_type.find(';'))));
  return type.empty() || type == "application/json" ||
         (type.starts_with("application/") && type.ends_with("+json"));
}

}  // namespace sallyport::pipeline
