// A whole request and answer of the gateway's own JSON API: small, buffered, free of sockets.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sallyport::http {

struct ApiRequest {
  std::string method;
  std::string path;   ///< as received, without query
  std::string query;  ///< raw, without '?'
  std::string body;
  std::string content_type;  ///< "" when absent
  std::optional<std::string> if_match;
  std::optional<std::string> if_none_match;
  std::string accept;
  std::string request_id;
  std::string peer;                       ///< address of the caller for the audit log
  std::vector<std::string> cookies;       ///< values of the Cookie fields
  std::optional<std::string> origin;      ///< Origin
  std::optional<std::string> fetch_site;  ///< Sec-Fetch-Site
  bool head_only = false;                 ///< a HEAD, which must change nothing; `method` says GET
  bool prefetch = false;                  ///< Sec-Purpose: nobody has opened it yet
  /// Of pages for browsers: whom a trusted proxy names by identity.user_header.
  std::optional<std::string> proxy_user;
};

struct ApiResponse {
  int status = 200;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>>
      fields;  ///< ETag, Location, Set-Cookie, Allow, ...
  std::string body;
};

}  // namespace sallyport::http
