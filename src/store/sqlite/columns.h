// How model values look in columns.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sallyport/base/result.h"
#include "sallyport/store/model.h"

namespace sallyport::store::sqlite {

/// Milliseconds since 1970; what is finer is dropped.
[[nodiscard]] std::int64_t ToMillis(SystemTime time);
[[nodiscard]] SystemTime FromMillis(std::int64_t millis);
[[nodiscard]] std::optional<std::int64_t> ToMillis(const std::optional<SystemTime>& time);
[[nodiscard]] std::optional<SystemTime> FromMillis(const std::optional<std::int64_t>& millis);

[[nodiscard]] std::string_view DigestBytes(const Digest& digest);
[[nodiscard]] Digest DigestFrom(std::string_view bytes);

/// A JSON array of strings.
[[nodiscard]] std::string ToText(const std::vector<std::string>& values);
[[nodiscard]] Result<std::vector<std::string>> ListFrom(std::string_view text);
/// What this program wrote before; internal when it is no JSON.
[[nodiscard]] Result<Json> JsonFrom(std::string_view text);

/// The folded text that ListQuery::search is looked for in.
[[nodiscard]] std::string SearchText(std::initializer_list<std::string_view> parts);

}  // namespace sallyport::store::sqlite
