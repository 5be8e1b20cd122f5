// Which header fields pass the gateway, in either direction.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "sallyport/http/message_head.h"

namespace sallyport::request {

/// Lower case, '_' as '-': CGI and WSGI targets cannot tell "X_Api_Key" from "X-Api-Key", so
/// neither do we.
class FoldedName {
 public:
  explicit FoldedName(std::string_view name);
  FoldedName(const FoldedName&) = delete;
  FoldedName& operator=(const FoldedName&) = delete;
  /// Ends with this object.
  [[nodiscard]] std::string_view view() const { return view_; }

 private:
  std::array<char, 48> short_;  // nearly every name: no allocation for each field that passes
  std::string long_;
  std::string_view view_;
};
[[nodiscard]] std::string FoldName(std::string_view name);

/// Is a caller's field of this folded name kept back from every target? Credentials, origin,
/// forwarding and hop-by-hop fields, and those the gateway writes itself.
[[nodiscard]] bool IsWithheldFromTarget(std::string_view folded);

/// Is a target's field of this folded name kept back from every caller? Set-Cookie is not judged
/// here.
[[nodiscard]] bool IsWithheldFromCaller(std::string_view folded);

/// The folded names that Connection lists (RFC 9110 §7.6.1); mostly one or none.
[[nodiscard]] std::vector<std::string> ConnectionNames(const http::FieldViews& fields);

/// Is it one of the gateway's own session cookies?
[[nodiscard]] bool IsGatewayCookie(std::string_view name);

}  // namespace sallyport::request
