// As much of a browser as sign-ins need: cookies, redirects, forms, and what browsers say about
// where a call comes from. Only 127.0.0.1 can be reached; as in browsers, all its ports share
// cookies.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/http_client.h"

namespace sallyport::test {

struct Page {
  std::string url;
  HttpResponse response;
  /// Where the next redirect leads when it was not followed: out of reach, or stopped before.
  std::string next;
  /// All that was opened on the way, in order; `url` is the last.
  std::vector<std::string> trail;

  [[nodiscard]] int status() const { return response.status; }
  [[nodiscard]] bool Shows(std::string_view text) const;
  /// Is there a field of this name in a form?
  [[nodiscard]] bool Asks(std::string_view field) const;
};

/// Each object is another browser. Not thread-safe.
class Browser {
 public:
  /// As typed into the address line, redirects followed.
  Page Open(const std::string& url);
  /// Sends the first form of the page; `fields` beside its hidden ones.
  Page Submit(const Page& page, const std::vector<std::pair<std::string, std::string>>& fields);
  /// Clicks the first link whose address has `part`.
  Page Click(const Page& page, std::string_view part);
  /// A redirect to an address that has this in it is not followed any more; "" = all are.
  void StopBefore(std::string part) { stop_before_ = std::move(part); }

  /// A cookie for all paths of 127.0.0.1.
  void SetCookie(const std::string& name, const std::string& value);
  /// The names of the cookies that it has.
  [[nodiscard]] std::vector<std::string> CookieNames() const;

 private:
  struct Navigation {
    std::string method = "GET";
    std::string url;
    std::string body;
    std::string site;    ///< Sec-Fetch-Site
    std::string origin;  ///< Origin, "" = none
  };
  struct Cookie {
    std::string value, path;
  };

  Page Go(Navigation navigation);
  [[nodiscard]] std::string CookieField(const std::string& path) const;
  void Keep(const HttpResponse& response, const std::string& path);

  std::string stop_before_;
  std::map<std::pair<std::string, std::string>, Cookie> cookies_;  ///< by name and path
};

}  // namespace sallyport::test
