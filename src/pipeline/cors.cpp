#include "pipeline/cors.h"

#include <algorithm>

#include "pipeline/own_field.h"
#include "sallyport/base/strings.h"

namespace sallyport::pipeline {
namespace {

constexpr std::string_view kMethods = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
// What scripts may read beside the fields that the standard always shows.
constexpr std::string_view kExposed =
    "X-Request-ID, Sallyport-Source, ETag, Location, Retry-After, Allow, WWW-Authenticate, Link, "
    "Content-Disposition, Content-Range, Accept-Ranges, Content-Length";
constexpr std::string_view kMaxAgeSeconds = "600";

bool IsUsual(std::string_view method) {
  const auto usual = Split(kMethods, ',');
  return std::any_of(usual.begin(), usual.end(),
                     [&](std::string_view item) { return TrimOws(item) == method; });
}

/// The field names of a list, tokens only.
std::string CleanNames(std::string_view list) {
  std::string names;
  for (const std::string_view item : Split(list, ',')) {
    const std::string_view name = TrimOws(item);
    if (!http::IsToken(name)) continue;
    if (!names.empty()) names += ", ";
    names += name;
  }
  return names;
}

}  // namespace

std::string_view ListedOrigin(const http::FieldViews& fields,
                              const std::vector<std::string>& origins) {
  if (origins.empty()) return {};
  const auto origin = fields.Find("Origin");
  if (!origin || std::find(origins.begin(), origins.end(), *origin) == origins.end()) return {};
  return *origin;
}

bool IsPreflight(const http::RequestHead& head, const std::vector<std::string>& origins) {
  return head.method == "OPTIONS" && head.fields.Has("Access-Control-Request-Method") &&
         !ListedOrigin(head.fields, origins).empty();
}

void AddCorsFields(http::FieldLines& fields, const http::FieldViews& request,
                   const std::vector<std::string>& origins) {
  if (origins.empty()) return;
  AddOwn(fields, "Vary", "Origin");
  const std::string_view origin = ListedOrigin(request, origins);
  if (origin.empty()) return;
  AddOwn(fields, "Access-Control-Allow-Origin", origin);
  AddOwn(fields, "Access-Control-Allow-Credentials", "true");
  AddOwn(fields, "Access-Control-Expose-Headers", kExposed);
}

void AddPreflightFields(http::FieldLines& fields, const http::FieldViews& request) {
  std::string methods(kMethods);
  const std::string_view method = request.Find("Access-Control-Request-Method").value_or("");
  if (http::IsToken(method) && !IsUsual(method)) methods.append(", ").append(method);
  AddOwn(fields, "Access-Control-Allow-Methods", methods);
  const std::string names = CleanNames(request.Find("Access-Control-Request-Headers").value_or(""));
  if (!names.empty()) AddOwn(fields, "Access-Control-Allow-Headers", names);
  AddOwn(fields, "Access-Control-Max-Age", kMaxAgeSeconds);
  AddOwn(fields, "Vary", "Access-Control-Request-Method, Access-Control-Request-Headers");
}

}  // namespace sallyport::pipeline
