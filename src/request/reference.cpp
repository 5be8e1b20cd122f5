#include "request/reference.h"

#include <algorithm>
#include <vector>

#include "sallyport/base/strings.h"

namespace sallyport::request {
namespace {

/// "scheme://authority/path" with the dot segments of its path removed.
std::string NormalizeAbsolute(std::string text) {
  const std::size_t mark = text.find("://");
  if (mark == std::string::npos) return text;
  const std::size_t slash = text.find('/', mark + 3);
  if (slash == std::string::npos) return text;
  return text.substr(0, slash) + RemoveDotSegments(std::string_view(text).substr(slash));
}

std::string ResolvePath(const http::Url& base, std::string_view path) {
  const std::string origin = base.origin.ToString();
  if (path.starts_with("//")) {
    return NormalizeAbsolute(base.origin.scheme + ":" + std::string(path));
  }
  if (HasScheme(path)) return NormalizeAbsolute(std::string(path));
  if (path.starts_with('/')) return origin + RemoveDotSegments(path);
  if (path.empty()) return origin + base.path;
  const std::string_view front = std::string_view(base.path).substr(0, base.path.rfind('/') + 1);
  return origin + RemoveDotSegments(std::string(front).append(path));
}

}  // namespace

Reference SplitReference(std::string_view reference) {
  Reference parts;
  const std::size_t hash = reference.find('#');
  if (hash != std::string_view::npos) parts.fragment = reference.substr(hash);
  const std::string_view front = reference.substr(0, hash);
  const std::size_t mark = front.find('?');
  parts.path = front.substr(0, mark);
  parts.has_query = mark != std::string_view::npos;
  if (parts.has_query) parts.query = front.substr(mark + 1);
  return parts;
}

std::string RemoveDotSegments(std::string_view path) {
  std::vector<std::string_view> kept;
  const std::vector<std::string_view> segments = Split(path.substr(1), '/');
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const bool last = i + 1 == segments.size();
    if (segments[i] == "." || segments[i] == "..") {
      if (segments[i] == ".." && !kept.empty()) kept.pop_back();
      if (last) kept.emplace_back();
    } else {
      kept.push_back(segments[i]);
    }
  }
  std::string result;
  for (const std::string_view segment : kept) result.append("/").append(segment);
  return result.empty() ? "/" : result;
}

bool HasScheme(std::string_view path) {
  const std::size_t colon = path.find(':');
  return colon != std::string_view::npos && colon < path.find('/');
}

Result<http::Url> ResolveReference(const http::Url& base, std::string_view reference) {
  const Reference parts = SplitReference(Trim(reference));
  std::string text = ResolvePath(base, parts.path);
  const bool keeps_query = parts.path.empty() && !parts.has_query;
  const std::string_view query = keeps_query ? std::string_view(base.query) : parts.query;
  if (!query.empty()) text.append("?").append(query);
  return http::ParseUrl(text);
}

}  // namespace sallyport::request
