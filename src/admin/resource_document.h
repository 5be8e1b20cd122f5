// Turns what a caller sent into what is stored: validated, defaults filled, secrets taken out or
// kept. Pure.
#pragma once

#include <string>
#include <vector>

#include "admin/built_document.h"
#include "sallyport/admin/api.h"
#include "sallyport/base/json.h"
#include "sallyport/base/result.h"
#include "sallyport/store/model.h"

namespace sallyport::admin {

/// `input` is the whole document: of a POST or PUT, or stored one and patch merged. Errors:
/// validation_failed with all violations at once, secret_reentry_required when an origin changes
/// under a secret that is kept.
[[nodiscard]] Result<BuiltDocument> BuildDocument(const Json& input, const StoredDocument& stored);

/// What a read shows: the document with masks, then the read-only members; callback_url for oauth2.
[[nodiscard]] Json ResourceView(const store::Resource& resource, const Options& options);

}  // namespace sallyport::admin
