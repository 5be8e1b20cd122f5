// Adds a field whose bytes are known to be right.
#pragma once

#include <cassert>
#include <string_view>

#include "sallyport/http/field_lines.h"

namespace sallyport::pipeline {

/// Precondition: a token and a field value (constants, or text that was judged before).
inline void AddOwn(http::FieldLines& fields, std::string_view name, std::string_view value) {
  [[maybe_unused]] const Result<void> added = fields.Add(name, value);
  assert(added);
}

}  // namespace sallyport::pipeline
