// Short ways to build heads and to say what became of them.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "sallyport/http/message_head.h"
#include "sallyport/http/problem.h"

namespace sallyport::http {

/// Parses into views of `raw`, which must outlive the result.
inline Result<RequestHead> Request(const std::string& raw, const HeadLimits& limits = {}) {
  return ParseRequestHead(raw, limits);
}

/// "GET / HTTP/1.1", one Host and the given lines, each with its CR LF.
inline std::string WithFields(std::string_view lines) {
  return "GET / HTTP/1.1\r\nHost: a.example\r\n" + std::string(lines) + "\r\n";
}

/// "" when it passes, else the code that the caller reads.
inline std::string CodeOfRequest(const std::string& raw, const HeadLimits& limits = {}) {
  const Result<RequestHead> head = ParseRequestHead(raw, limits);
  return head ? "" : std::string(CodeOf(head.error().kind()));
}

inline std::string MessageOfRequest(const std::string& raw) {
  const Result<RequestHead> head = ParseRequestHead(raw, {});
  return head ? "" : head.error().message();
}

/// Non-printing bytes as \xNN, for the text of a failed expectation.
inline std::string Shown(std::string_view bytes) {
  return ::testing::PrintToString(std::string(bytes));
}

}  // namespace sallyport::http
