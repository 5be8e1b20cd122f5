// The field's test cases in tests/corpora, with the verdicts of others and of ours.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace sallyport::test {

/// The "cases" of tests/corpora/`name`, an array of objects. Throws when it cannot be read.
[[nodiscard]] nlohmann::json LoadCorpus(const std::string& name);

/// Corpora keep bytes as JSON strings in which every code point below U+0100 stands for one byte;
/// {"repeat": TEXT, "times": N} is a long one. Throws when a code point is no byte.
[[nodiscard]] std::string BytesOf(const nlohmann::json& text);

/// Fails the test unless the reasons ("why") of the cases are exactly those of the table below
/// `heading` in docs/parsers.md (rows "| `why` | ... |").
void ExpectExplained(const nlohmann::json& cases, std::string_view heading);

}  // namespace sallyport::test
