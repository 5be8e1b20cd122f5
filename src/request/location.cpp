#include "request/location.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "request/reference.h"

namespace sallyport::request {
namespace {

/// The path on the target's origin that the reference leads to; nullopt when it leads elsewhere.
std::optional<std::string> Resolve(const CompiledResource& resource, std::string_view path,
                                   std::string_view request_path) {
  if (path.find('\\') != std::string_view::npos) return std::nullopt;  // browsers read a '/'
  const bool network_path = path.starts_with("//");
  if (network_path || HasScheme(path)) {
    const std::string absolute =
        network_path ? resource.base.origin.scheme + ":" + std::string(path) : std::string(path);
    Result<http::Url> url = http::ParseUrl(absolute);
    if (!url || !(url->origin == resource.base.origin)) return std::nullopt;
    return RemoveDotSegments(url->path);
  }
  if (path.starts_with('/')) return RemoveDotSegments(path);
  if (path.empty()) return std::string(request_path);
  std::string merged(request_path.substr(0, request_path.rfind('/') + 1));
  return RemoveDotSegments(merged.append(path));
}

/// What follows base_url's path; nullopt when the path is not below it.
std::optional<std::string_view> BelowBase(std::string_view base, std::string_view path) {
  while (base.ends_with('/')) base.remove_suffix(1);
  if (!base.empty() && !http::PathHasPrefix(path, base)) return std::nullopt;
  const std::string_view rest = path.substr(base.size());
  if (http::LeavesItsPlace(rest)) return std::nullopt;
  return rest;
}

template <typename Drop>
std::string WithoutPieces(std::string_view query, const Drop& drop) {
  std::string kept;
  for (const http::QueryPiece& piece : http::SplitQuery(query)) {
    if (drop(piece)) continue;
    if (!kept.empty()) kept += '&';
    kept += piece.raw;
  }
  return kept;
}

std::string WithoutOwnParams(const StaticParts& own_parts, const http::Url& base_url,
                             std::string_view query) {
  const std::vector<http::QueryPiece> base = http::SplitQuery(base_url.query);
  return WithoutPieces(query, [&](const http::QueryPiece& piece) {
    return own_parts.param_names.Has(http::FormDecode(piece.name)) ||
           std::any_of(base.begin(), base.end(),
                       [&](const http::QueryPiece& own) { return own.raw == piece.raw; });
  });
}

std::string WithoutSecrets(const StaticParts& own_parts, std::string_view location) {
  const Reference parts = SplitReference(location);
  const auto& secrets = own_parts.secret_params;
  const auto is_secret = [&](const http::QueryPiece& piece) {
    const std::string name = http::FormDecode(piece.name);
    return std::any_of(secrets.begin(), secrets.end(), [&](const auto& secret) {
      return secret.first == name && (http::FormDecode(piece.value) == secret.second ||
                                      http::PercentDecode(piece.value) == secret.second);
    });
  };
  const std::vector<http::QueryPiece> pieces = http::SplitQuery(parts.query);
  if (std::none_of(pieces.begin(), pieces.end(), is_secret)) return std::string(location);
  std::string cleaned(parts.path);
  const std::string query = WithoutPieces(parts.query, is_secret);
  if (!query.empty()) cleaned.append("?").append(query);
  return cleaned.append(parts.fragment);
}

}  // namespace

std::string RewriteLocation(const CompiledResource& resource, const StaticParts& own_parts,
                            std::string_view location, std::string_view request_path) {
  const Reference parts = SplitReference(location);
  // Only a fragment, or nothing: the page asked for, which the caller knows by its own name.
  if (parts.path.empty() && !parts.has_query) return std::string(location);
  const std::optional<std::string> path = Resolve(resource, parts.path, request_path);
  if (!path) return WithoutSecrets(own_parts, location);
  const http::Url& base = BaseOf(resource, own_parts);
  const std::optional<std::string_view> rest = BelowBase(base.path, *path);
  if (!rest) return WithoutSecrets(own_parts, location);
  std::string rewritten = "/proxy/" + resource.slug;
  rewritten += *rest;
  const std::string query = WithoutOwnParams(own_parts, base, parts.query);
  if (!query.empty()) rewritten.append("?").append(query);
  return rewritten.append(parts.fragment);
}

}  // namespace sallyport::request
