// Entity tags and conditional requests (RFC 9110 sections 8.8.3 and 13).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sallyport/base/result.h"
#include "sallyport/http/api_message.h"

namespace sallyport::admin {

/// Strong: "<id>-<version>" in quotes. The id is never reused, so a resource that was deleted and
/// made again has another tag.
[[nodiscard]] std::string EntityTag(std::int64_t id, std::int64_t version);
/// Of a resource or query.
template <typename Item>
[[nodiscard]] std::string EntityTag(const Item& item) {
  return EntityTag(item.id, item.version);
}

/// If-Match or If-None-Match.
struct TagList {
  bool any = false;                 ///< "*"
  std::vector<std::string> strong;  ///< with their quotes
  std::vector<std::string> weak;    ///< with their quotes, without W/

  /// Strong comparison, for If-Match. `tag` "" means that nothing is stored.
  [[nodiscard]] bool HoldsStrongly(std::string_view tag) const;
  /// Weak comparison, for If-None-Match.
  [[nodiscard]] bool HoldsWeakly(std::string_view tag) const;
};

/// malformed_request naming `field` when it is neither "*" nor a list of entity tags.
[[nodiscard]] Result<TagList> ParseTags(std::string_view field, std::string_view value);

/// The preconditions of a write.
struct Conditional {
  std::optional<TagList> if_match;
  std::optional<TagList> if_none_match;

  /// precondition_failed unless both hold for `tag` ("" when nothing is stored).
  [[nodiscard]] Result<void> Judge(std::string_view tag) const;
};

[[nodiscard]] Result<Conditional> ParseConditional(const http::ApiRequest& request);

}  // namespace sallyport::admin
