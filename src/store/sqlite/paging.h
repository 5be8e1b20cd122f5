// Cuts the rows of a keyset query into a page.
#pragma once

#include <algorithm>
#include <string>
#include <utility>

#include "sallyport/base/strings.h"
#include "sallyport/store/repository.h"
#include "store/cursor.h"
#include "store/sqlite/connection.h"

namespace sallyport::store::sqlite {

[[nodiscard]] inline std::size_t PageSize(const ListQuery& query) {
  return std::max<std::size_t>(query.limit, 1);
}

/// What to give to LIMIT: one row more than the page shows whether there is a next one.
[[nodiscard]] inline std::int64_t RowsToAsk(const ListQuery& query) {
  return static_cast<std::int64_t>(PageSize(query)) + 1;
}

struct KeepAll {
  template <typename T>
  bool operator()(const T& /*item*/) const {
    return true;
  }
};

/// `read` makes a Result<T> of the current row, `key` the cursor key (text or number) of it. Items
/// that `keep` refuses are passed over.
template <typename T, typename Read, typename Key, typename Keep = KeepAll>
Result<Page<T>> ReadPage(Statement& rows, const ListQuery& query, std::string_view list, Read read,
                         Key key, Keep keep = {}) {
  Page<T> page;
  decltype(key(rows)) last_key{};
  while (true) {
    Result<bool> there = rows.Step();
    if (!there) return there.error();
    if (!*there) return page;
    Result<T> item = read(rows);
    if (!item) return item.error();
    if (!keep(*item)) continue;
    if (page.items.size() == PageSize(query)) {
      page.next_cursor = MakeCursor(list, last_key);
      return page;
    }
    page.items.push_back(std::move(*item));
    last_key = key(rows);
  }
}

/// Gives every row to `visit`.
template <typename Read, typename Visit>
Result<void> VisitRows(Statement& rows, Read read, const Visit& visit) {
  while (true) {
    Result<bool> there = rows.Step();
    if (!there) return there.error();
    if (!*there) return {};
    auto item = read(rows);
    if (!item) return item.error();
    visit(std::move(*item));
  }
}

/// Numbered lists: the position is the first column.
[[nodiscard]] inline std::int64_t PositionOf(const Statement& row) { return row.Int(0); }

/// A page of a numbered list. The parameters of `sql` are: the number to go on from, the folded
/// text to look for ('' = any), the limit. `first` is the number that the first page goes on from.
template <typename T, typename Read>
Result<Page<T>> ReadNumberedPage(Connection& connection, std::string_view sql,
                                 const ListQuery& query, std::string_view list, std::int64_t first,
                                 Read read) {
  Result<std::int64_t> after = ReadNumberCursor(list, query.cursor, first);
  if (!after) return after.error();
  Statement rows(connection, sql);
  rows.Bind(*after, FoldCase(query.search), RowsToAsk(query));
  return ReadPage<T>(rows, query, list, read, PositionOf);
}

}  // namespace sallyport::store::sqlite
