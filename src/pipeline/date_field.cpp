#include "pipeline/date_field.h"

#include "sallyport/http/http_date.h"

namespace sallyport::pipeline {

std::string_view DateField::Now() {
  const auto second = std::chrono::floor<std::chrono::seconds>(clock_.Now());
  if (second != second_) {
    second_ = second;
    text_ = http::FormatHttpDate(second);
  }
  return text_;
}

}  // namespace sallyport::pipeline
