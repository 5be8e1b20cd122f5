// Adds a field whose bytes are known to be right.
#pragma once

#include <cassert>
#include <initializer_list>
#include <string_view>
#include <utility>

#include "sallyport/http/field_lines.h"

namespace sallyport::pipeline {

/// Precondition: a token and a field value (constants, or text that was judged before).
inline void AddOwn(http::FieldLines& fields, std::string_view name, std::string_view value) {
  [[maybe_unused]] const Result<void> added = fields.Add(name, value);
  assert(added);
}

/// Fields that never change, made once and then only copied.
inline http::FieldLines ReadyFields(
    std::initializer_list<std::pair<std::string_view, std::string_view>> list) {
  http::FieldLines fields;
  for (const auto& [name, value] : list) AddOwn(fields, name, value);
  return fields;
}

}  // namespace sallyport::pipeline
