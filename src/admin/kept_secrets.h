// Takes the secrets out of a document; a masked one keeps its stored value.
#pragma once

#include <string>
#include <vector>

#include "admin/resource_document.h"

namespace sallyport::admin {

struct SecretSplit {
  std::vector<std::string> kept;   ///< pointers whose stored value stays
  std::vector<std::string> given;  ///< pointers with a new value
  std::vector<Violation> violations;
};

/// `document.body` is normalized and may hold secrets in clear; afterwards they are in
/// `document.secrets` and the body holds masks.
[[nodiscard]] SecretSplit SplitSecrets(store::Document& document, const StoredDocument& stored);

}  // namespace sallyport::admin
