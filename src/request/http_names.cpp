#include "request/http_names.h"

#include <algorithm>
#include <array>

#include "sallyport/base/strings.h"
#include "sallyport/http/field_lines.h"
#include "sallyport/request/proxy_request.h"

namespace sallyport::request {
namespace {

// Sorted. X-Real-IP tells what X-Forwarded-For tells, so it shares its fate.
constexpr std::array<std::string_view, 13> kNotToTarget{
    "authorization", "connection",        "content-length", "cookie", "cookie2",
    "expect",        "forwarded",         "host",           "origin", "proxy-authorization",
    "referer",       "transfer-encoding", "x-real-ip"};

// Sorted. The gateway writes the X- fields itself, so that each stands there once.
constexpr std::array<std::string_view, 5> kNotToCaller{
    "connection", "content-length", "transfer-encoding", "x-content-type-options", "x-request-id"};

template <typename List>
bool Holds(const List& sorted, std::string_view name) {
  return std::binary_search(sorted.begin(), sorted.end(), name);
}

}  // namespace

void FoldName(std::string_view name, std::string& folded) {
  folded.assign(name);
  for (char& c : folded) c = c == '_' ? '-' : ToLowerAscii(c);
}

std::string FoldName(std::string_view name) {
  std::string folded;
  FoldName(name, folded);
  return folded;
}

bool IsWithheldFromTarget(std::string_view folded) {
  return folded.starts_with("sec-") || folded.starts_with("sallyport-") ||
         folded.starts_with("x-forwarded") || Holds(kNotToTarget, folded) ||
         http::IsHopByHop(folded) || folded == "http2-settings";
}

bool IsWithheldFromCaller(std::string_view folded) {
  return folded.starts_with("access-control-") || folded.starts_with("sallyport-") ||
         Holds(kNotToCaller, folded) || http::IsHopByHop(folded);
}

std::vector<std::string> ConnectionNames(const http::FieldViews& fields) {
  std::vector<std::string> names;
  for (const std::string_view value : fields.FindAll("Connection")) {
    for (const std::string_view token : Split(value, ',')) {
      const std::string_view name = TrimOws(token);
      if (!name.empty()) names.push_back(FoldName(name));
    }
  }
  return names;
}

bool IsGatewayCookie(std::string_view name) {
  if (name == kSessionCookie || name == kHostSessionCookie) return true;
  constexpr std::string_view kHostPrefix = "__Host-";
  if (name.starts_with(kHostPrefix)) name.remove_prefix(kHostPrefix.size());
  return name.starts_with(kLoginCookiePrefix);
}

}  // namespace sallyport::request
