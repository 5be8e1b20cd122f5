// A document on its way from a caller into the store, and back: what resources and queries have
// alike. Pure.
#pragma once

#include <string>
#include <vector>

#include "admin/time_text.h"
#include "sallyport/base/json.h"
#include "sallyport/store/model.h"

namespace sallyport::admin {

/// What is stored before the write.
struct StoredDocument {
  const store::Document* document = nullptr;  ///< with secrets; nullptr = nothing
  bool opens = true;                          ///< false: its secrets are lost
};

struct BuiltDocument {
  store::Document document;
  std::vector<std::string> new_secrets;  ///< pointers of those that were given, not kept
};

/// An empty `name` becomes the slug.
inline void NameAfterSlug(Json& body) {
  // NOLINTNEXTLINE(readability-container-size-empty): Json::empty() is false for ""
  if (body.is_object() && body["name"] == "") body["name"] = body["slug"];
}

/// The read-only members that every stored item has.
template <typename Item>
void AddStoredMembers(Json& view, const Item& item) {
  view["id"] = item.id;
  view["version"] = item.version;
  view["created_at"] = FormatTime(item.created_at);
  view["updated_at"] = FormatTime(item.updated_at);
}

}  // namespace sallyport::admin
