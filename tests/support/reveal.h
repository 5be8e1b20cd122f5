// The text of a secret, for a test to compare.
#pragma once

#include <string>

#include "sallyport/base/secret.h"

namespace sallyport::test {

inline std::string Reveal(const Secret& secret) {
  return secret.Reveal([](std::string_view bytes) { return std::string(bytes); });
}

}  // namespace sallyport::test
