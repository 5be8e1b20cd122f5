// The query string of every list: limit, cursor, q; and the page it answers.
#pragma once

#include <string_view>

#include "sallyport/base/json.h"
#include "sallyport/base/result.h"
#include "sallyport/store/repository.h"

namespace sallyport::admin {

inline constexpr std::size_t kDefaultLimit = 50;
inline constexpr std::size_t kMaxLimit = 200;

/// unknown_parameter for any other name (a filter that is silently ignored shows too much),
/// invalid_parameter for a bad or repeated one. An empty cursor or q is none.
[[nodiscard]] Result<store::ListQuery> ParseListQuery(std::string_view query);

/// The store's refusal of a foreign cursor, worded for the caller; other errors pass.
[[nodiscard]] Error CursorError(Error error);

/// {"items":[...],"next_cursor":null}
template <typename Item, typename View>
[[nodiscard]] Json PageView(const store::Page<Item>& page, View&& view) {
  Json items = Json::array();
  for (const Item& item : page.items) items.push_back(view(item));
  Json body = Json::object();
  body["items"] = std::move(items);
  body["next_cursor"] = page.next_cursor ? Json(*page.next_cursor) : Json();
  return body;
}

}  // namespace sallyport::admin
