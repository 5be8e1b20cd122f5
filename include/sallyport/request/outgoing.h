// The request of one run as a value: built from a resource, a query and its inputs; re-made for a
// redirect; shown with its secrets masked. Pure.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sallyport/base/result.h"
#include "sallyport/base/secret.h"
#include "sallyport/http/url.h"
#include "sallyport/request/compiled_query.h"
#include "sallyport/request/compiled_resource.h"
#include "sallyport/request/inputs.h"

namespace sallyport::request {

/// Beside the inputs, what the placeholders of one run may stand for, and the defaults of a
/// request.
struct RunContext {
  const Value* user = nullptr;           ///< UserValue(); null: no end user
  const Secret* access_token = nullptr;  ///< null: the resource has none
  const Secret* id_token = nullptr;
  std::string_view user_agent;  ///< "sallyport/<version>"
  /// The default Accept-Encoding, unless a row sets one: what the gateway decodes for an envelope,
  /// what the caller takes for a raw answer. "" = none is sent.
  std::string_view accept_encoding = {};
  /// The boundary of a multipart body. A request that is built again because more files became
  /// known must keep it. "" = a random one.
  std::string_view boundary = {};
  /// What all placeholders together may stand for; 0 = no bound.
  std::uint64_t most_expanded_bytes = 0;
};

struct OutgoingField {
  std::string name;
  std::string value;
  std::string shown;  ///< value with its secrets masked; whole "********" for a secret row
  /// Holds a credential, a secret row, a secret input or cookies: never leaves trusted origins.
  bool confined = false;
};

/// A body is pieces in order: bytes, or the content of a file in its place.
struct BodyPiece {
  std::string bytes;
  std::optional<std::size_t> file;  ///< index into Inputs::files; its bytes are streamed here
};

struct OutgoingBody {
  bool present = false;  ///< false: no body and no framing field but Content-Length: 0 where due
  std::vector<BodyPiece> pieces;
  /// As text with secrets masked, a file as "<file name, type>". nullopt: the pieces as they are,
  /// which then are bytes only and hold no secret.
  std::optional<std::string> shown;
  bool confined = false;  ///< holds a secret: not sent on to untrusted origins
  /// No streamed file may hold these bytes, else it ends in BoundaryInFile: "--" and the boundary
  /// of a multipart body where a Content-Type row chose it, so that callers may know it. "" = any.
  std::string row_delimiter;
  /// Its length in bytes, unless a file of unknown size is in it: then chunked.
  [[nodiscard]] std::optional<std::uint64_t> Length(const std::vector<FileValue>& files) const;
  /// Can it be sent again? Not when a streamed file is in it.
  [[nodiscard]] bool replayable(const std::vector<FileValue>& files) const;
};

/// unsafe_value: the file of this input holds the boundary that a Content-Type row chose.
[[nodiscard]] Error BoundaryInFile(const std::string& input);

struct OutgoingRequest {
  std::string method;
  http::Url url;          ///< as sent
  std::string shown_url;  ///< absolute, secrets masked
  /// In the order they are sent; without Host and framing. Cookie is one of them.
  std::vector<OutgoingField> fields;
  OutgoingBody body;
  bool trusted = true;  ///< url's origin is base_url's or in extra_origins
  std::vector<std::string> warnings;
  /// Decoded values of the URL's secret parameters: masked where a target repeats them in a
  /// Location.
  std::vector<std::string> secrets;
};

/// Errors: unknown_placeholder, missing_parameter (all at once), invalid_parameter, unsafe_value,
/// outside_base_url, payload_too_large; the resource's and the query's own `problem`. The fence is
/// judged before a credential is touched.
[[nodiscard]] Result<OutgoingRequest> BuildOutgoing(const CompiledResource& resource,
                                                    const CompiledQuery& query,
                                                    const Inputs& inputs,
                                                    const RunContext& context);

/// The head to send: request line, Host, fields (confined ones only where `trusted`), framing
/// (Content-Length, or Transfer-Encoding: chunked for files of unknown size). Errors: unsafe_value.
[[nodiscard]] Result<std::string> WriteHead(const OutgoingRequest& request,
                                            const std::vector<FileValue>& files);

/// What a redirect makes of a request (contract section 9). nullopt: it is not followed, the 3xx is
/// the answer (rule `none`, no Location, a status that is no redirect). Errors: redirect_refused
/// (an origin that the rule does not allow, no http URL, a body that cannot be sent again or holds
/// secrets and would go to an untrusted origin). Counting hops is the caller's part.
[[nodiscard]] Result<std::optional<OutgoingRequest>> FollowRedirect(
    const OutgoingRequest& request, int status, std::string_view location,
    const RedirectRules& rules, const CompiledResource& resource,
    const std::vector<FileValue>& files);

/// {"method","url","headers","body"} of the envelope as JSON bytes: names lower case, all secrets
/// masked, body null without one.
[[nodiscard]] std::string DescribeRequest(const OutgoingRequest& request);

/// A command for a POSIX shell that runs the same against the gateway. Secret inputs are masked;
/// the key is "$SALLYPORT_KEY".
struct CurlTarget {
  std::string url;              ///< absolute: public_url and the route
  const Json* query = nullptr;  ///< the unsaved query's document (normalized, masked); null: saved
  std::string user = {};        ///< for whom the key acts (Sallyport-User); "" for nobody
};
[[nodiscard]] std::string CurlCommand(const CurlTarget& target, const Inputs& inputs);

}  // namespace sallyport::request
