// A row of a table of documents as the model's type.
#pragma once

#include <utility>

#include "store/sqlite/document_table.h"

namespace sallyport::store::sqlite {

template <typename Item>
[[nodiscard]] Item MakeItem(DocumentRow row) {
  Item item;
  item.id = row.id;
  if constexpr (requires { item.resource_id; }) item.resource_id = row.owner;
  item.slug = std::move(row.slug);
  item.version = row.version;
  item.created_at = row.created_at;
  item.updated_at = row.updated_at;
  item.document = std::move(row.document);
  return item;
}

template <typename Item>
[[nodiscard]] Result<Item> ItemOf(Result<DocumentRow> row) {
  if (!row) return std::move(row).error();
  return MakeItem<Item>(std::move(*row));
}

template <typename Item>
[[nodiscard]] Result<Page<Item>> ItemsOf(Result<Page<DocumentRow>> rows) {
  if (!rows) return std::move(rows).error();
  Page<Item> page;
  page.next_cursor = std::move(rows->next_cursor);
  for (DocumentRow& row : rows->items) page.items.push_back(MakeItem<Item>(std::move(row)));
  return page;
}

}  // namespace sallyport::store::sqlite
