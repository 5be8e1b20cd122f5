// The secrets of a document as one text to be sealed, and back.
#pragma once

#include "sallyport/base/result.h"
#include "sallyport/store/model.h"

namespace sallyport::store {

/// A JSON object: pointer -> value. The values are UTF-8 (they come from JSON).
[[nodiscard]] Secret SecretsToJson(const Secrets& secrets);
/// internal when the text is not such an object.
[[nodiscard]] Result<Secrets> SecretsFromJson(const Secret& json);

/// Puts kMask at the place of every secret, whatever stands there: plaintext never reaches the
/// body column.
void MaskSecrets(Document& document);

}  // namespace sallyport::store
