#include "request/applied_credential.h"

#include <algorithm>

#include "sallyport/base/strings.h"

namespace sallyport::request {
namespace {

bool HasExact(const AppliedCredential::Items& items, std::string_view name) {
  return std::any_of(items.begin(), items.end(),
                     [&](const AppliedCredential::Item& item) { return item.name == name; });
}

}  // namespace

bool AppliedCredential::HasHeader(std::string_view name) const {
  return std::any_of(headers_.begin(), headers_.end(),
                     [&](const Item& item) { return EqualsIgnoreCase(item.name, name); });
}

bool AppliedCredential::HasParam(std::string_view name) const { return HasExact(params_, name); }

bool AppliedCredential::HasCookie(std::string_view name) const { return HasExact(cookies_, name); }

}  // namespace sallyport::request
