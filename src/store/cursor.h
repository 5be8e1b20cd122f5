// The opaque cursor of a list: which list, and the key of the last item given (keyset paging: a
// page costs the same however far it is).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sallyport/base/result.h"

namespace sallyport::store {

/// `list` names the list, e.g. "resources".
[[nodiscard]] std::string MakeCursor(std::string_view list, std::string_view key);
[[nodiscard]] std::string MakeCursor(std::string_view list, std::int64_t key);

/// The key; "" for an empty cursor. validation_failed when the cursor is not one of this list.
[[nodiscard]] Result<std::string> ReadTextCursor(std::string_view list, std::string_view cursor);
/// The key, a positive number; `first` for an empty cursor.
[[nodiscard]] Result<std::int64_t> ReadNumberCursor(std::string_view list, std::string_view cursor,
                                                    std::int64_t first);

}  // namespace sallyport::store
