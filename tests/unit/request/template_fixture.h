// Values and templates out of text, for tests.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "sallyport/request/expand.h"

namespace sallyport::request::test {

inline Value ParsedValue(std::string_view json) {
  Result<Value> value = Value::Parse(json, 64);
  EXPECT_TRUE(value) << json;
  return value ? std::move(*value) : Value();
}

inline Template CompiledText(std::string_view text) {
  Result<Template> compiled = Template::Compile(text);
  EXPECT_TRUE(compiled) << text;
  return compiled ? std::move(*compiled) : Template();
}

/// "error: <code>" for the kinds that expansion knows.
inline std::string CodeOf(const Error& error) {
  switch (error.kind()) {
    case ErrorKind::kMissingParameter:
      return "error: missing";
    case ErrorKind::kUnknownPlaceholder:
      return "error: unknown";
    case ErrorKind::kUnknownParameter:
      return "error: unknown parameter";
    case ErrorKind::kInvalidParameter:
      return "error: invalid";
    case ErrorKind::kUnsafeValue:
      return "error: unsafe";
    case ErrorKind::kOutsideBaseUrl:
      return "error: outside";
    case ErrorKind::kValidationFailed:
      return "error: validation";
    default:
      return "error: other";
  }
}

}  // namespace sallyport::request::test
