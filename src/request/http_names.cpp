#include "request/http_names.h"

#include <algorithm>
#include <array>

#include "sallyport/base/name_table.h"
#include "sallyport/base/strings.h"
#include "sallyport/http/field_lines.h"
#include "sallyport/request/own_fields.h"
#include "sallyport/request/proxy_request.h"

namespace sallyport::request {
namespace {

// X-Real-IP tells what X-Forwarded-For tells, so it shares its fate.
constexpr NameTable<14> kNotToTarget({"authorization", "connection", "content-length", "cookie",
                                      "cookie2", "expect", "forwarded", "host", "http2-settings",
                                      "origin", "proxy-authorization", "referer",
                                      "transfer-encoding", "x-real-ip"});

constexpr NameTable<3> kOwnFields({"content-length", "expect", "host"});

// The gateway writes the X- fields itself, so that each stands there once.
constexpr NameTable<5> kNotToCaller({"connection", "content-length", "transfer-encoding",
                                     "x-content-type-options", "x-request-id"});

/// By table: each field of each message passes here.
constexpr std::array<char, 256> kFolded = [] {
  std::array<char, 256> folded{};
  for (std::size_t i = 0; i < folded.size(); ++i) {
    const char c = static_cast<char>(i);
    folded[i] = c == '_' ? '-' : ToLowerAscii(c);
  }
  return folded;
}();

char Folded(char c) { return kFolded[static_cast<unsigned char>(c)]; }

}  // namespace

FoldedName::FoldedName(std::string_view name) {
  char* to = short_.data();
  if (name.size() > short_.size()) {
    long_.resize(name.size());
    to = long_.data();
  }
  std::transform(name.begin(), name.end(), to, Folded);
  view_ = std::string_view(to, name.size());
}

std::string FoldName(std::string_view name) { return std::string(FoldedName(name).view()); }

bool IsOwnField(std::string_view name) {
  const FoldedName folded(name);
  return kOwnFields.Has(folded.view()) || http::IsHopByHop(folded.view());
}

bool IsWithheldFromTarget(std::string_view folded) {
  return folded.starts_with("sec-") || folded.starts_with("sallyport-") ||
         folded.starts_with("x-forwarded") || kNotToTarget.Has(folded) || http::IsHopByHop(folded);
}

bool IsWithheldFromCaller(std::string_view folded) {
  return folded.starts_with("access-control-") || folded.starts_with("sallyport-") ||
         kNotToCaller.Has(folded) || http::IsHopByHop(folded);
}

std::vector<std::string> ConnectionNames(const http::FieldViews& fields) {
  std::vector<std::string> names;
  for (const http::FieldView& field : fields) {
    if (!EqualsIgnoreCase(field.name, "Connection")) continue;
    // What most say; it names a hop-by-hop field, which passes nowhere anyway.
    if (EqualsIgnoreCase(field.value, "keep-alive")) continue;
    for (const std::string_view token : Split(field.value, ',')) {
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
