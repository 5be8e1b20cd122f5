// Takes the secrets out of a document; a masked one keeps its stored value.
#pragma once

#include <string>
#include <vector>

#include "admin/built_document.h"
#include "sallyport/schema/field_table.h"

namespace sallyport::admin {

struct SecretSplit {
  std::vector<std::string> kept;   ///< pointers whose stored value stays
  std::vector<std::string> given;  ///< pointers with a new value
  std::vector<Violation> violations;
};

/// `document.body` is normalized by `table` and may hold secrets in clear; afterwards they are in
/// `document.secrets` and the body holds masks.
[[nodiscard]] SecretSplit SplitSecrets(const schema::Object& table, store::Document& document,
                                       const StoredDocument& stored);

}  // namespace sallyport::admin
