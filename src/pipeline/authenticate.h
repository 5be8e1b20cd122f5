// Who is calling: bearer keys and sessions, the session cookie, and for whom the caller acts
// (contract section 2).
#pragma once

#include <optional>
#include <string>

#include "sallyport/base/clock.h"
#include "sallyport/base/result.h"
#include "sallyport/http/message_head.h"
#include "sallyport/net/server_exchange.h"
#include "sallyport/pipeline/gateway.h"
#include "sallyport/store/caller.h"
#include "sallyport/store/snapshot.h"

namespace sallyport::pipeline {

/// What the judgement reads; everything outlives the call.
struct AuthenticationInput {
  const http::RequestHead& head;
  const net::Peer& peer;
  const Settings& settings;
  const store::Snapshot& snapshot;
  SystemTime now;
};

/// Pure. Errors: unauthenticated (no key, an unknown or an expired one), forbidden (a cookie call
/// from elsewhere, Sallyport-User without the right to it), malformed_request (a user given twice
/// or unreadable).
///
/// An Authorization field decides alone: a bad one is not made good by a cookie. On the control
/// socket everyone is an admin, because only the owner of the data directory can open it.
///
/// identity.user_header names a user, it does not authenticate: the proxy's calls still need a key.
/// From a trusted proxy it sets the user of any API key, before Sallyport-User; blank it names
/// nobody. A session keeps its own user.
[[nodiscard]] Result<store::CallerPointer> Authenticate(const AuthenticationInput& input);

/// Pure. Whom identity.user_header names, when a trusted proxy sends it; nullopt else, and for
/// a blank one. Error: malformed_request (given twice, or unreadable).
[[nodiscard]] Result<std::optional<std::string>> UserOfProxy(const http::RequestHead& head,
                                                             const net::Peer& peer,
                                                             const Settings& settings);

}  // namespace sallyport::pipeline
