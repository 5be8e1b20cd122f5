// The kinds of authentication to a target. A new kind: one file here, one line below, one in
// registry.cpp.
#pragma once

#include "sallyport/request/credential.h"

namespace sallyport::request::auth {

[[nodiscard]] AuthKind NoneKind();
[[nodiscard]] AuthKind BasicKind();
[[nodiscard]] AuthKind BearerKind();
[[nodiscard]] AuthKind ApiKeyKind();
[[nodiscard]] AuthKind OAuth2Kind();

}  // namespace sallyport::request::auth
