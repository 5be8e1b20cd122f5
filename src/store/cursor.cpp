#include "store/cursor.h"

#include <limits>

#include "sallyport/base/encoding.h"
#include "sallyport/base/strings.h"

namespace sallyport::store {
namespace {

constexpr std::string_view kVersion = "1";

/// "1:resources:" in front of the key.
std::string PrefixOf(std::string_view list) {
  return std::string(kVersion) + ":" + std::string(list) + ":";
}

Error Foreign() {
  const char* message =
      "cursor is not one that this list gave; leave it out to start with the first page";
  return Error(ErrorKind::kValidationFailed, ErrorSource::kCaller, message)
      .WithViolation({"/cursor", "format", message});
}

}  // namespace

std::string MakeCursor(std::string_view list, std::string_view key) {
  return Base64UrlEncode(PrefixOf(list) + std::string(key));
}

std::string MakeCursor(std::string_view list, std::int64_t key) {
  return MakeCursor(list, std::to_string(key));
}

Result<std::string> ReadTextCursor(std::string_view list, std::string_view cursor) {
  if (cursor.empty()) return std::string();
  const auto decoded = Base64UrlDecode(cursor);
  const std::string prefix = PrefixOf(list);
  if (!decoded || decoded->size() <= prefix.size() || !decoded->starts_with(prefix) ||
      !IsUtf8(*decoded)) {
    return Foreign();
  }
  return decoded->substr(prefix.size());
}

Result<std::int64_t> ReadNumberCursor(std::string_view list, std::string_view cursor,
                                      std::int64_t first) {
  Result<std::string> key = ReadTextCursor(list, cursor);
  if (!key) return key.error();
  if (key->empty()) return first;
  const auto number = ParseUnsigned(*key);
  if (!number || *number > std::numeric_limits<std::int64_t>::max()) return Foreign();
  return static_cast<std::int64_t>(*number);
}

}  // namespace sallyport::store
