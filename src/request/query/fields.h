// Header fields and cookies of a request, as they are sent and as they are shown.
#pragma once

#include <string_view>
#include <vector>

#include "request/applied_credential.h"
#include "request/query/run.h"
#include "sallyport/base/result.h"

namespace sallyport::request {

/// The header rows that are sent but for Cookie, in order. Errors: unsafe_value, and as Expand's.
[[nodiscard]] Result<void> AddHeaderRows(const Run& run, const AppliedCredential& credential,
                                         std::vector<OutgoingField>& fields);

/// The gateway's defaults where no row and no credential sets the field.
void AddDefaults(const Run& run, const AppliedCredential& credential,
                 std::vector<OutgoingField>& fields);

/// One Cookie field: header rows named Cookie first, then cookie rows, then the credential's; later
/// ones win over Cookie headers by name.
[[nodiscard]] Result<void> AddCookies(const Run& run, const AppliedCredential& credential,
                                      std::vector<OutgoingField>& fields);

/// The credential's header fields.
void AddCredential(const AppliedCredential& credential, std::vector<OutgoingField>& fields);

/// The first field of that name, without case; null when there is none.
[[nodiscard]] OutgoingField* FindField(std::vector<OutgoingField>& fields, std::string_view name);

}  // namespace sallyport::request
