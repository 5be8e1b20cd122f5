// What the kinds share: building member tables, reading members, joining a prefix.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sallyport/base/json.h"
#include "sallyport/base/secret.h"
#include "sallyport/schema/field_table.h"
#include "sallyport/store/model.h"

namespace sallyport::request::auth {

/// A text member with a default.
[[nodiscard]] schema::Field TextMember(std::string name, std::string default_value,
                                       std::string doc);
/// A write-only text member that must be given and not be empty.
[[nodiscard]] schema::Field SecretMember(std::string name, std::string doc);

/// Rule: HTAB, 0x20-0x7E and UTF-8 only.
[[nodiscard]] std::string HeaderTextRule(const Json& value);

/// For kinds without rules between members.
[[nodiscard]] std::vector<Violation> NothingToCheck(const Json& auth);

/// A member that is no secret; "" when it is missing.
[[nodiscard]] std::string Text(const Json& auth, std::string_view name);
/// The secret of "/auth/<name>", else the member itself (an empty secret is stored as plain "").
[[nodiscard]] Secret SecretText(const Json& auth, const store::Secrets& secrets,
                                std::string_view name);

/// One blank follows the prefix unless it is "" or ends in '=', ':' or a blank ("Token token=").
[[nodiscard]] std::string JoinPrefix(std::string_view prefix, std::string_view value);

}  // namespace sallyport::request::auth
