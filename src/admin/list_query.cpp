#include "admin/list_query.h"

#include <set>
#include <string>

#include "admin/refusals.h"
#include "sallyport/base/strings.h"
#include "sallyport/http/url.h"

namespace sallyport::admin {
namespace {

Error BadParameter(ErrorKind kind, const std::string& name, std::string code, std::string message) {
  std::vector<Violation> violations;
  violations.push_back({"/" + EscapePointerToken(name), std::move(code), std::move(message)});
  return Invalid(kind, std::move(violations));
}

Error Unknown(const std::string& name) {
  const std::string_view nearest = Nearest(name, {"limit", "cursor", "q"});
  return BadParameter(ErrorKind::kUnknownParameter, name, "unknown_parameter",
                      nearest.empty()
                          ? "is not a known parameter; lists take limit, cursor and q"
                          : "is not a known parameter; did you mean " + std::string(nearest) + "?");
}

}  // namespace

Result<store::ListQuery> ParseListQuery(std::string_view query) {
  store::ListQuery list;
  list.limit = kDefaultLimit;
  std::set<std::string> seen;
  for (const http::QueryPiece& piece : http::SplitQuery(query)) {
    const std::string name = http::FormDecode(piece.name);
    const std::string value = http::FormDecode(piece.value);
    if (name != "limit" && name != "cursor" && name != "q") return Unknown(name);
    if (!seen.insert(name).second) {
      return BadParameter(ErrorKind::kInvalidParameter, name, "repeated", "must be given once");
    }
    if (name == "limit") {
      const std::optional<std::uint64_t> limit = ParseUnsigned(value);
      if (!limit || *limit < 1 || *limit > kMaxLimit) {
        return BadParameter(ErrorKind::kInvalidParameter, name, "range",
                            "must be a number from 1 to " + std::to_string(kMaxLimit));
      }
      list.limit = static_cast<std::size_t>(*limit);
    } else if (!IsUtf8(value)) {
      return BadParameter(ErrorKind::kInvalidParameter, name, "format",
                          "must be percent-encoded UTF-8");
    } else {
      (name == "cursor" ? list.cursor : list.search) = value;
    }
  }
  return list;
}

Error CursorError(Error error) {
  if (error.kind() != ErrorKind::kValidationFailed &&
      error.kind() != ErrorKind::kInvalidParameter) {
    return error;
  }
  return BadParameter(ErrorKind::kInvalidParameter, "cursor", "format",
                      "is not one that this list gave; send next_cursor of the page before, or "
                      "leave it out for the first page");
}

}  // namespace sallyport::admin
